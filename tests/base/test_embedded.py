"""The embedded servers keep their promises: real PostgreSQL, real NATS, real kills."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nats
import nats.errors
import psutil
import psycopg
import pytest

from ludao.base.embedded import Account, Embedded, EmbeddedError, running
from ludao.base.embedded.postgres import programs


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    yield folder
    Embedded(folder).stop()


@pytest.fixture
def city(data: Path) -> Embedded:
    embedded = Embedded(data, durable=False)
    embedded.start()
    return embedded


@pytest.fixture
def postgres(data: Path) -> Embedded:
    embedded = Embedded(data, parts=["postgres"], durable=False)
    embedded.start()
    return embedded


def pid(embedded: Embedded, name: str) -> int:
    [server] = [s for s in embedded.servers if s.name == name]
    process = server.process()
    assert process is not None
    return int(process.pid)


def kill(embedded: Embedded, name: str) -> None:
    """As the kernel does when memory runs out: at once, without a word."""
    process = psutil.Process(pid(embedded, name))
    process.kill()
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def rows(embedded: Embedded) -> list[tuple[int]]:
    with psycopg.connect(embedded.database_url) as connection:
        return connection.execute("select n from kept order by n").fetchall()


def keep(embedded: Embedded, *numbers: int) -> None:
    with psycopg.connect(embedded.database_url) as connection:
        connection.execute("create table if not exists kept (n integer)")
        for n in numbers:
            connection.execute("insert into kept values (%s)", [n])


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


# start, stop, share

def test_starts_reuses_and_stops(city: Embedded, data: Path) -> None:
    before = pid(city, "postgres"), pid(city, "nats")
    assert Embedded(data).start() == []
    assert (pid(city, "postgres"), pid(city, "nats")) == before
    assert [c.state for c in city.state()] == ["up", "up"]
    keep(city, 1, 2)
    assert sorted(city.stop()) == ["nats", "postgres"]
    assert [c.state for c in city.state()] == ["down", "down"]
    assert all(c.mend for c in city.state())
    assert not any(psutil.pid_exists(p) for p in before)
    assert city.stop() == []
    city.start()
    assert rows(city) == [(1,), (2,)]


def test_another_process_finds_the_servers_by_their_folder(city: Embedded, data: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ludao.base.embedded import Embedded;"
        "e = Embedded(Path(sys.argv[1])); print(e.database_url, e.nats_url, e.mqtt_port)"
    )
    said = subprocess.run([sys.executable, "-c", code, str(data)], capture_output=True, text=True, check=True)
    assert said.stdout.split() == [city.database_url, city.nats_url, str(city.mqtt_port)]


def test_running_stops_only_what_it_started(postgres: Embedded, data: Path) -> None:
    with running(data) as inner:
        assert inner.is_running()
    assert postgres.is_running()
    assert not inner.is_running()
    assert postgres.keepers() == {"postgres": ""}


def test_a_plain_start_meanwhile_does_not_keep_them_running(data: Path) -> None:
    with running(data, parts=["postgres"], durable=False) as city:
        assert Embedded(data, parts=["postgres"]).start() == []
    assert not city.is_running()


def test_what_a_killed_demonstration_left_is_stopped_by_the_next(data: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from ludao.base.embedded import running\n"
        "with running(Path(sys.argv[1]), parts=['postgres'], durable=False):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(data)], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"up\n"
        first.kill()
    embedded = Embedded(data, parts=["postgres"])
    assert embedded.is_running()
    with running(data, parts=["postgres"]):
        pass
    assert not embedded.is_running()


def test_many_may_start_at_once(data: Path) -> None:
    embedded = [Embedded(data, parts=["postgres"], durable=False) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda e: e.start(), embedded))
    assert sorted(started) == [[], [], [], ["postgres"]]


def test_two_checkouts_stand_side_by_side(tmp_path: Path) -> None:
    with (
        running(tmp_path / "a", durable=False) as first,
        running(tmp_path / "b", durable=False) as second,
    ):
        keep(first, 1)
        keep(second, 2)
        assert (rows(first), rows(second)) == ([(1,)], [(2,)])
        assert first.database_url != second.database_url
        assert len({first.mqtt_port, second.mqtt_port, first.access.nats_port, second.access.nats_port}) == 4


def test_a_copied_folder_is_another_city(postgres: Embedded, data: Path, tmp_path: Path) -> None:
    keep(postgres, 1)
    copy = tmp_path / "copy"
    postgres.stop()
    subprocess.run(["cp", "-a", str(data), str(copy)], check=True)
    postgres.start()
    shutil.copy2(data / "postgres/cluster/postmaster.pid", copy / "postgres/cluster/postmaster.pid")
    with running(copy, parts=["postgres"], durable=False) as other:
        keep(other, 2)
        assert (rows(postgres), rows(other)) == ([(1,)], [(1,), (2,)])


def test_before_the_first_start_nobody_answers_and_the_doctor_says_why(data: Path) -> None:
    embedded = Embedded(data)
    with pytest.raises(psycopg.OperationalError, match="No such file"):
        psycopg.connect(embedded.database_url)
    assert [(c.state, c.mend) for c in embedded.state()] == [("down", "ludao start")] * 2
    assert not data.exists()


# kills

def test_killed_postmaster_recovers_with_its_rows(data: Path) -> None:
    postgres = Embedded(data, parts=["postgres"])
    postgres.start()
    keep(postgres, 1, 2, 3)
    busy = psycopg.connect(postgres.database_url)
    busy.execute("select 1")
    kill(postgres, "postgres")
    assert postgres.start() == ["postgres"]
    assert rows(postgres) == [(1,), (2,), (3,)]
    busy.close()


def test_watch_starts_again_what_died(data: Path) -> None:
    with running(data, durable=False, tell=(said := []).append) as city:
        keep(city, 1)
        for name in ("postgres", "nats"):
            kill(city, name)
        until(lambda: len(said) == 2)
        assert city.is_running()
        assert rows(city) == [(1,)]


def test_watch_leaves_alone_what_was_stopped_on_purpose(data: Path) -> None:
    with running(data, parts=["postgres"], durable=False) as city:
        watcher = next(t for t in threading.enumerate() if t.name == "embedded-watch")
        Embedded(data).stop()
        until(lambda: not watcher.is_alive())
        assert not city.is_running()


@pytest.mark.parametrize("other", [1, os.getpid(), 4_000_000], ids=["init", "ourselves", "nobody"])
def test_stale_and_reused_pids_are_seen_through(postgres: Embedded, data: Path, other: int) -> None:
    keep(postgres, 1)
    file = data / "postgres/cluster/postmaster.pid"
    lines = file.read_text().split("\n")
    kill(postgres, "postgres")
    file.write_text("\n".join([str(other), *lines[1:]]))
    assert not postgres.is_running()
    assert postgres.start() == ["postgres"]
    assert rows(postgres) == [(1,)]


def test_a_lost_pid_file_does_not_lead_to_a_second_server(city: Embedded, data: Path) -> None:
    first = pid(city, "nats")
    (data / "nats/nats.pid").unlink()
    assert city.start() == ["nats"]
    assert not psutil.pid_exists(first)


def test_a_half_made_cluster_is_made_anew(data: Path) -> None:
    half = data / "postgres/cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    embedded = Embedded(data, parts=["postgres"], durable=False)
    embedded.start()
    keep(embedded, 1)
    assert rows(embedded) == [(1,)]


def test_a_taken_port_is_given_up(city: Embedded) -> None:
    city.stop()
    before = city.access
    taken = [before.postgres_port, before.nats_port, before.mqtt_port]
    holders = [socket.create_server(("127.0.0.1", port)) for port in taken]
    city.start()
    after = city.access
    assert not {after.postgres_port, after.nats_port, after.mqtt_port} & set(taken)
    keep(city, 1)
    for holder in holders:
        holder.close()


def test_lost_passwords_are_made_anew(city: Embedded, data: Path) -> None:
    keep(city, 1)
    city.stop()
    (data / "access.json").unlink()
    city.start()
    assert rows(city) == [(1,)]


def test_a_first_start_cut_short_is_finished_by_the_next(postgres: Embedded) -> None:
    superuser = postgres.database_url.replace("/ludao?", "/postgres?").replace("//ludao:", "//postgres:")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("drop database ludao")
        connection.execute("drop role ludao")
    assert postgres.start() == []
    keep(postgres, 1)


def test_when_one_server_cannot_start_none_is_left_running(city: Embedded, data: Path) -> None:
    city.stop()
    (data / "nats/store").rename(data / "nats/aside")
    (data / "nats/store").write_text("in the way")
    with pytest.raises((EmbeddedError, OSError)):
        city.start()
    assert not any(server.process() for server in city.servers)
    (data / "nats/store").unlink()
    assert city.start() == ["nats", "postgres"]


def test_a_server_that_cannot_start_says_why_and_the_mend(postgres: Embedded, data: Path) -> None:
    postgres.stop()
    shutil.rmtree(data / "postgres/cluster/global")
    with pytest.raises(EmbeddedError, match=r"postgres ended at once(.|\n)*postgres\.log"):
        postgres.start()


# doors

def test_nobody_is_trusted(postgres: Embedded) -> None:
    access = postgres.access
    right = {"user": "ludao", "password": access.postgres_password, "dbname": "ludao"}
    tcp = {"host": "127.0.0.1", "port": access.postgres_port}
    here = {"host": access.postgres_socket, "port": access.postgres_port}
    with psycopg.connect(**right, **tcp) as connection:
        [kept] = connection.execute("select current_setting('password_encryption')").fetchone() or [None]
        assert kept == "scram-sha-256"
    for where in (tcp, here):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**right | {"password": "wrong"}, **where)
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(user="ludao", dbname="ludao", **where)
    with pytest.raises(psycopg.OperationalError, match="rejects connection"):
        psycopg.connect(user="postgres", dbname="postgres", password="", **tcp)


def test_listens_on_loopback_only(city: Embedded) -> None:
    listening = {
        c.laddr.ip
        for name in ("postgres", "nats")
        for c in psutil.Process(pid(city, name)).net_connections(kind="inet")
        if c.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_secrets_are_readable_by_their_owner_only(city: Embedded, data: Path) -> None:
    secret = {city.access.postgres_password, city.access.nats_password}
    holding = [
        path for path in data.rglob("*")
        if path.is_file() and path.stat().st_size < 100_000
        and any(word in path.read_text(errors="replace") for word in secret)
    ]
    assert {path.name for path in holding} == {"access.json", "nats.conf"}
    assert {oct(path.stat().st_mode & 0o777) for path in holding} == {"0o600"}
    for folder in (data / "postgres", data / "nats"):
        assert oct(folder.stat().st_mode & 0o777) == "0o700"
    shown = " ".join(" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"]))
    assert not any(word in shown for word in secret)


def test_the_role_owns_its_database_and_makes_test_databases(postgres: Embedded) -> None:
    with psycopg.connect(postgres.database_url, autocommit=True) as connection:
        for extension in ("btree_gist", "pg_trgm", "ltree"):
            connection.execute(f"create extension {extension}")
        connection.execute("create database test_ludao")
        row = connection.execute(
            "select current_setting('is_superuser'), similarity('厦门印章', '印章'), '乙' > '丁', upper('é')"
        ).fetchone()
        assert row is not None
        is_superuser, likeness, by_code_point, upper = row
        assert (is_superuser, likeness > 0, by_code_point, upper) == ("off", True, "乙" > "丁", "É")


def test_a_very_long_path(tmp_path: Path) -> None:
    with running(tmp_path / ("厦门" * 20) / ("d" * 100) / "it's a \"var\"", durable=False) as city:
        keep(city, 1)
        assert rows(city) == [(1,)]
        folder = Path(city.access.postgres_socket)
        assert len(os.fsencode(folder)) < 90
        assert oct(folder.stat().st_mode & 0o777) == "0o700"
        assert [c.state for c in city.state()] == ["up", "up"]


def test_the_socket_folder_of_a_stranger_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder that belongs to someone else")
    data = tmp_path / ("d" * 120)
    embedded = Embedded(data, parts=["postgres"], durable=False)
    embedded.start()
    embedded.stop()
    folder = Path(embedded.access.postgres_socket)
    assert not folder.exists()
    folder.mkdir()
    os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    with pytest.raises(EmbeddedError, match="belongs to someone else"):
        embedded.start()
    folder.rmdir()


# accounts

def as_nobody(work: Callable[[], None]) -> int:
    """Do it in a child that has become `nobody`, without any right of root."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            entry = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            work()
            code = 0
        except BaseException as error:  # noqa: BLE001 - whatever it was, the parent must hear of it
            print(repr(error), file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_runs_as_a_normal_user(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("every other test of this file ran as a normal user already")
    for above in programs().parents:
        if not above.stat().st_mode & 0o001:
            pytest.skip(f"the user nobody cannot walk through {above} to the programs")
    nobody = Account("nobody", pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    home = nobody.folder(tmp_path / "home")
    nobody.open_way(home)

    def work() -> None:
        with running(home / "var", durable=False) as city:
            keep(city, *([] if home.joinpath("kept").exists() else [1]))
            home.joinpath("kept").touch()
            assert rows(city) == [(1,)]
            assert [c.state for c in city.state()] == ["up", "up"]
            assert psutil.Process(pid(city, "postgres")).username() == "nobody"

    assert as_nobody(work) == 0
    # Root comes to the same folder: the servers stay their owner's.
    with running(home / "var", durable=False) as city:
        assert rows(city) == [(1,)]
        assert psutil.Process(pid(city, "nats")).username() == "nobody"
    assert as_nobody(work) == 0


def test_root_never_runs_a_server_and_opens_a_closed_folder_for_its_account_only(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("started as a normal user")
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    with running(closed / "var", durable=False) as city:
        keep(city, 1)
        assert rows(city) == [(1,)]
        assert {psutil.Process(pid(city, name)).username() for name in ("postgres", "nats")} == {"ludao"}
    assert closed.stat().st_mode & 0o007 == 0
    assert as_nobody(lambda: os.listdir(closed)) == 1
    assert as_nobody(lambda: os.stat(closed / "var") and None) == 1


# NATS

def test_a_message_outlives_a_killed_server(city: Embedded) -> None:
    async def publish() -> None:
        connection = await nats.connect(city.nats_url)
        stream = connection.jetstream()
        await stream.add_stream(name="out", subjects=["out.>"])
        await stream.publish("out.province", "厦门".encode())
        await connection.close()

    async def fetch() -> bytes:
        connection = await nats.connect(city.nats_url)
        got = await connection.jetstream().get_last_msg("out", "out.province")
        await connection.close()
        return got.data or b""

    asyncio.run(publish())
    kill(city, "nats")
    assert city.start() == ["nats"]
    assert asyncio.run(fetch()).decode() == "厦门"


def test_nats_refuses_whoever_has_no_password(city: Embedded) -> None:
    async def enter(user: str, password: str) -> None:
        where = f"nats://127.0.0.1:{city.access.nats_port}"
        await nats.connect(where, user=user, password=password, allow_reconnect=False, error_cb=quiet)

    async def quiet(error: Exception) -> None:
        pass

    for user, password in (("", ""), ("ludao", "wrong")):
        with pytest.raises(nats.errors.Error, match="(?i)authorization"):
            asyncio.run(enter(user, password))


def mqtt_connect(port: int, user: str, password: str) -> bytes:
    """CONNECT of MQTT 3.1.1 with a clean session; the CONNACK that comes back."""
    def field(text: str) -> bytes:
        return len(text.encode()).to_bytes(2, "big") + text.encode()

    body = field("MQTT") + bytes([4, 0b1100_0010]) + (60).to_bytes(2, "big")
    body += field("sensor-1") + field(user) + field(password)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(bytes([0x10, len(body)]) + body)
        return line.recv(4)


def test_mqtt_lets_in_with_the_password_only(city: Embedded) -> None:
    accepted, refused = b"\x20\x02\x00\x00", b"\x20\x02\x00\x05"
    assert mqtt_connect(city.mqtt_port, "ludao", city.access.nats_password) == accepted
    assert mqtt_connect(city.mqtt_port, "ludao", "wrong") == refused
