"""A whole database into one file and back, by PostgreSQL's own programs."""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from .errors import EmbeddedError
from .postgres import programs

Rows = dict[str, int]

# psql and pg_restore of PostgreSQL 17 and newer open with a setting that older servers do not know.
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"

_TABLES = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema$)'
   and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
 order by 1, 2"""


def save(url: str, target: Path) -> Rows:
    """Write a custom-format archive; the rows of every table, counted in the same snapshot."""
    with psycopg.connect(url) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        [snapshot] = connection.execute("select pg_export_snapshot()").fetchone() or ("",)
        _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
             f"--snapshot={snapshot}", f"--file={target}")
        return count_rows(connection)


def load(url: str, source: Path) -> Rows:
    """Read an archive into an empty database, all or nothing; the rows of every table."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute(_TABLES).fetchone():
            raise EmbeddedError(
                f"The database {connection.info.dbname} already holds tables.",
                "Restore into an empty one: createdb ludao2, then LUDAO_DATABASE_URL=…/ludao2",
            )
        is_old = connection.info.server_version < 170000
        _replay(url, source, drop=_UNKNOWN_BEFORE_17 if is_old else b"")
        connection.execute("analyze")
        return count_rows(connection)


def server_version(url: str) -> str:
    with psycopg.connect(url) as connection:
        return connection.info.parameter_status("server_version") or ""


def count_rows(connection: psycopg.Connection) -> Rows:
    tables = connection.execute(_TABLES).fetchall()
    return {f"{schema}.{table}": _count(connection, schema, table) for schema, table in tables}


def _count(connection: psycopg.Connection, schema: str, table: str) -> int:
    query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _replay(url: str, source: Path, drop: bytes) -> None:
    """pg_restore writes SQL, psql runs it in one transaction."""
    read, environment = _command(url, "pg_restore")
    write, _ = _command(url, "psql")
    read += ["--no-owner", "--no-privileges", "--file=-", str(source)]
    write += ["-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, *_at(url)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(read, stdout=subprocess.PIPE, stderr=said) as reader,
        subprocess.Popen(write, stdin=subprocess.PIPE, stderr=said, env=environment) as writer,
    ):
        assert reader.stdout and writer.stdin
        with contextlib.suppress(BrokenPipeError):
            _pour(reader.stdout, writer.stdin, drop)
            if reader.wait():
                # An early end would let psql commit half of the tables.
                writer.kill()
            writer.stdin.close()
        reader.stdout.close()
        if writer.wait() or reader.wait():
            said.seek(0)
            raise _failed("pg_restore", said.read().decode(errors="replace"))


def _pour(source: IO[bytes], target: IO[bytes], drop: bytes) -> None:
    """All lines but this one, which stands in the head of the dump, before any row."""
    for line in itertools.islice(source, 40):
        if line != drop:
            target.write(line)
    shutil.copyfileobj(source, target, 1 << 20)


def _run(url: str, program: str, *options: str) -> None:
    command, environment = _command(url, program)
    done = subprocess.run(
        [*command, *options, *_at(url)], check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        raise _failed(program, done.stderr)


def _command(url: str, program: str) -> tuple[list[str], dict[str, str]]:
    """The password goes by the environment: a command line is read by everyone on the machine."""
    known = conninfo_to_dict(url)
    environment = os.environ | {"PGPASSWORD": str(known.get("password") or ""), "LC_ALL": "C.UTF-8"}
    return [_program(str(known.get("sslmode", "")), program)], environment


def _at(url: str) -> list[str]:
    known = {key: str(value) for key, value in conninfo_to_dict(url).items() if key != "password"}
    return ["--no-password", f"--dbname={make_conninfo('', **known)}"]


def _program(sslmode: str, program: str) -> str:
    """The wheel's own; but it knows no TLS, so a database that wants it needs the machine's."""
    if sslmode not in ("require", "verify-ca", "verify-full"):
        return str(programs() / program)
    found = shutil.which(program)
    if found is None:
        raise EmbeddedError(f"The database asks for TLS, which needs the machine's own {program}.",
                            "apt-get install postgresql-client")
    return found


def _failed(program: str, said: str) -> EmbeddedError:
    return EmbeddedError(f"{program} failed: {said.strip()[-1000:]}", "Put right what it names, then run again.")
