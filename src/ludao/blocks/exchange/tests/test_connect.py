"""Databases, APIs, folders and streams as sources: real servers, and what they may not be used for."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.exchange import actions, collecting, hosts, keeping, outbox, sources, trying
from ludao.blocks.exchange import public as exchange
from ludao.blocks.exchange.connectors import folder
from ludao.blocks.exchange.models import Outgoing, Source
from ludao.blocks.exchange.wire import Wire
from ludao.blocks.lake import public as lake

from .conftest import contract
from .test_load import HEADER, IDS, line, rows

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("test", channel="cli")


def source_from(**origin: Any) -> Source:
    return exchange.set_up(HOUSE, contract(**{"from": origin}))


def fetch_and_load(source: Source, root: Path | None = None) -> list[str]:
    made = collecting.fetch(source, root, quiet=0)
    for delivery in made:
        if delivery.state == "waiting":
            exchange.load.now(HOUSE, about=source.address, delivery=delivery.pk)
        delivery.refresh_from_db()
    return [delivery.state for delivery in made]


def test_a_database_is_read_by_its_watermark(owner: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUDAO_CITY", str(tmp_path))
    path = tmp_path / "d.sqlite"
    with sqlite3.connect(path) as line_:
        line_.execute(
            "create table people (id_number text, name text, birth_on text, amount_fen integer, updated_at text)"
        )
        line_.executemany(
            "insert into people values (?, '甲', '1990-01-01', 5, ?)",
            [(IDS[n], f"2022-01-0{1 + n} 08:00:00") for n in range(3)],
        )
    source = source_from(
        kind="database", url="sqlite:///${LUDAO_CITY}/d.sqlite", table="people", watermark="updated_at"
    )
    assert fetch_and_load(source) == ["loaded"] and len(rows(source.address)) == 3
    with sqlite3.connect(path) as line_:
        line_.execute("insert into people values (?, '乙', '1990-01-01', 5, '2022-01-03 08:00:00')", [IDS[5]])
    source.refresh_from_db()
    assert fetch_and_load(source) == ["loaded"] and len(rows(source.address)) == 4
    assert exchange.Run.objects.first().rows == 2  # only those of the last mark were read again
    with pytest.raises(Problem):
        fetch_and_load(source_from(kind="database", url="sqlite:////etc/passwd", table="people"))
    with pytest.raises(Problem):
        fetch_and_load(source_from(kind="database", url="sqlite:///${LUDAO_CITY}/../x.sqlite", table="people"))


def test_a_connection_is_tried_before_it_is_set_up(
    owner: Any, nats: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First rows are kept as a file, a stream keeps its messages, no password is taken."""
    monkeypatch.setenv("LUDAO_CITY", str(tmp_path))
    with sqlite3.connect(tmp_path / "d.sqlite") as line_:
        line_.execute("create table people (name text)")
        line_.execute("insert into people values ('甲')")
    way = trying.way_of("database", {"url": "sqlite:///${LUDAO_CITY}/d.sqlite", "table": "people"})
    digest, _ = trying.look(way)
    assert keeping.path_of(digest).exists() and not Source.objects.exists()
    with pytest.raises(Problem, match="people2"):
        trying.look(way | {"table": "people2"})
    with pytest.raises(Problem):
        trying.way_of("database", {"url": "postgresql://a:secret@example.org/x", "table": "people"})
    name = f"tried{time.time_ns()}"
    nats.stream(name, [f"{name}.>"])
    nats.send(f"{name}.row", b'{"op": "c", "at": "2022-01-01T08:00:00Z", "key": {"id": 1}, "after": {"id": 1}}', "1")
    seen = [nats.look(name, f"{name}.row", 10, 1.0) for _ in range(2)]
    assert [len(one) for one in seen] == [1, 1]


def test_postgresql_is_read_where_the_operator_allows_it(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg
    from django.db import connection

    given = connection.settings_dict
    url = f"postgresql://{given['USER']}:{given['PASSWORD']}@127.0.0.1:{given['PORT']}/{given['NAME']}"
    with psycopg.connect(url, autocommit=True) as beside:
        beside.execute("drop table if exists x_people")
        beside.execute(
            "create table x_people (id_number text, name text, birth_on date, amount_fen bigint,"
            " updated_at timestamptz)"
        )
        beside.execute(
            "insert into x_people values (%s, '甲', '1990-01-01', 5, '2022-01-01 08:00:00.123456+08')", [IDS[0]]
        )
    try:
        monkeypatch.setenv("LUDAO_SOURCE_URL", url)
        source = source_from(kind="database", url="${LUDAO_SOURCE_URL}", table="x_people", watermark="updated_at")
        with pytest.raises(Problem, match="可达主机"):
            fetch_and_load(source)
        host = actions.allow(HOUSE, name="127.0.0.1", port=int(given["PORT"]), why="测试")
        with pytest.raises(Problem, match="内网"):
            fetch_and_load(source)
        host.is_inside = True
        host.save()
        assert fetch_and_load(source) == ["loaded"]
        source.refresh_from_db()
        assert fetch_and_load(source) in (["loaded"], ["repeated"])
        assert len(rows(source.address)) == 1
    finally:
        with psycopg.connect(url, autocommit=True) as beside:
            beside.execute("drop table x_people")


SERVER = textwrap.dedent("""
    import http.server, json, sys
    ids, seen = json.loads(sys.argv[1]), []
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            if self.path.startswith("/away"):
                self.send_response(302); self.send_header("Location", "http://127.0.0.1:1/"); self.end_headers(); return
            if self.path == "/elsewhere":
                body = {"items": [], "next": "http://localhost:1/x"}
            elif seen.count(self.path) == 1 and "page=2" in self.path:
                self.send_response(503); self.end_headers(); return
            else:
                page = 2 if "page=2" in self.path else 1
                body = {"items": [{"id_number": i, "name": "甲", "updated_at": "2022-01-01 08:00:00"}
                                  for i in ids[(page - 1) * 3:page * 3]],
                        "next": "/people?page=2" if page == 1 else None}
            data = json.dumps(body).encode()
            self.send_response(200); self.send_header("Content-Length", str(len(data))); self.end_headers()
            self.wfile.write(data)
        def log_message(self, *a): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    print(server.server_port, flush=True)
    server.serve_forever()
""")


@pytest.fixture
def api() -> Any:
    """Another process that answers JSON page by page, and stumbles once."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, json.dumps(IDS[:6])], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield int(process.stdout.readline())
    process.terminate()
    process.wait()


def test_an_api_is_read_page_by_page_and_leads_nowhere_else(owner: Any, api: int) -> None:
    source = source_from(kind="http", url=f"http://127.0.0.1:{api}/people", items="items", next="next")
    with pytest.raises(Problem, match="可达主机"):
        fetch_and_load(source)
    actions.allow(HOUSE, name="127.0.0.1", port=api, why="测试", is_inside=True)
    assert fetch_and_load(source) == ["loaded"] and len(rows(source.address)) == 6
    for path in ("away", "elsewhere"):
        with pytest.raises(Problem):
            fetch_and_load(source_from(kind="http", url=f"http://127.0.0.1:{api}/{path}", items="items", next="next"))
    for url in (
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "http://[::1]:9/",
        "ftp://x/",
        "http://127.0.0.1:1/",
        "gopher://127.0.0.1/",
        "http://127.0.0.1@evil.example/",
    ):
        with pytest.raises(Problem):
            hosts.reach(url, ("http", "https"))


def test_a_contract_may_not_name_the_houses_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUDAO_DATABASE_URL", "secret")
    monkeypatch.setenv("LUDAO_SOURCE_TOKEN", "given")
    assert hosts.filled("Bearer ${LUDAO_SOURCE_TOKEN}") == "Bearer given"
    for text in ("${LUDAO_DATABASE_URL}", "${HOME}", "${LUDAO_SOURCE_${HOME}}"):
        with pytest.raises(Problem):
            hosts.filled(text)


def test_a_folder_gives_new_files_once_and_nothing_from_outside(owner: Any, tmp_path: Path) -> None:
    base = tmp_path / "city"
    (base / "d").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text(HEADER + line(9))
    (base / "d" / "people_1.csv").write_text(HEADER + line(0))
    os.symlink(tmp_path / "outside.csv", base / "d" / "people_2.csv")
    source = source_from(kind="folder", pattern="d/people_*.csv")
    assert fetch_and_load(source, base) == ["loaded"]
    source.refresh_from_db()
    assert fetch_and_load(source, base) == []
    (base / "d" / "people_3.csv").write_text(HEADER + line(1))
    source.refresh_from_db()
    assert fetch_and_load(source, base) == ["loaded"] and len(rows(source.address)) == 2
    for pattern in ("../*.csv", "/etc/*", "d/../../*", "", "d\\..\\*"):
        with pytest.raises(Problem):
            folder.matching(base, pattern)
    with pytest.raises(Problem):
        keeping.inside(base, "d/people_2.csv")


@pytest.fixture
def nats() -> Any:
    with Wire() as wire:
        yield wire


def test_changes_of_a_stream_are_taken_once_with_deletions(owner: Any, nats: Wire) -> None:
    name = f"court{time.time_ns()}"
    nats.stream(name, [f"{name}.>"])

    def tell(op: str, n: int, at: str, **after: Any) -> None:
        body = {
            "op": op,
            "at": at,
            "key": {"id_number": IDS[n]},
            "after": {
                "id_number": IDS[n],
                "name": "甲",
                "birth_on": "1990-01-01",
                "amount_fen": 5,
                "updated_at": at,
                **after,
            }
            if op != "d"
            else {"updated_at": at},
        }
        nats.send(f"{name}.people", json.dumps(body).encode(), f"{op}{n}{at}")

    for n in range(3):
        tell("c", n, f"2022-01-01 08:00:0{n}")
    tell("u", 1, "2022-01-02 08:00:00", name="乙")
    tell("d", 2, "2022-01-03 08:00:00")
    source = source_from(kind="stream", stream=name, subject=f"{name}.people")
    assert fetch_and_load(source) == ["loaded"]
    assert [(row["id_number"], row["name"]) for row in rows(source.address)] == sorted(
        [(IDS[0], "甲"), (IDS[1], "乙")]
    )
    source.refresh_from_db()
    assert fetch_and_load(source) == []
    tell("u", 2, "2022-01-02 09:00:00")  # late: its row was deleted after that
    assert fetch_and_load(source) == ["loaded"] and len(rows(source.address)) == 2


def test_what_leaves_is_sent_once_and_what_comes_is_done_once(db: None, nats: Wire) -> None:
    mark = f"t{time.time_ns()}"
    outbox.write(f"{mark}.a", {"n": 1}, number=f"{mark}-1")
    outbox.write(f"{mark}.a", {"n": 1}, number=f"{mark}-1")
    outbox.write(f"{mark}.a", {"n": 2}, number=f"{mark}-2")
    assert outbox.send_waiting() == 2
    Outgoing.objects.update(sent_at=None)  # as if the process had died before it was on record
    assert outbox.send_waiting() == 2
    seen: list[int] = []
    assert outbox.take("LUDAO_OUT", f"out.{mark}.a", mark, lambda body: seen.append(body["n"])) == 2
    assert seen == [1, 2]

    def fail(body: dict[str, Any]) -> None:
        raise ValueError

    outbox.write(f"{mark}.b", {"n": 3})
    outbox.send_waiting()
    with pytest.raises(ValueError):
        outbox.take("LUDAO_OUT", f"out.{mark}.b", f"{mark}b", fail)


def test_the_order_of_deliveries_does_not_matter(shop: str) -> None:
    """Any order, any repetition, any cut: the table ends the same."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    events = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=12)

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(events, st.integers(0, 12), st.randoms())
    def holds(told: list[tuple[int, int]], cut: int, random: Any) -> None:
        lake.replace(shop, lake.describe(shop).schema.empty_table())
        random.shuffle(told)
        for part in (told[:cut], told[cut:], told[:cut]):
            if part:
                text = HEADER + "".join(line(n, f"名{at}", at=f"2022-01-0{at}") for n, at in part)
                delivery = sources.receive(Source.objects.get(address=shop), io.BytesIO(text.encode()), "a.csv")
                delivery.state = "waiting"
                delivery.save()
                exchange.load.now(HOUSE, delivery=delivery.pk)
        assert {row["id_number"]: row["name"] for row in rows(shop)} == {
            IDS[n]: f"名{max(at for m, at in told if m == n)}" for n, _ in told
        }

    holds()
