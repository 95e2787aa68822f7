"""Batch and changes: the real Delta Sharing client over a running web process; only what was granted, masked."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from ludao.base.testing import databases, house

from .conftest import ADDRESS, ID, enter, grant_to, rows, token_of

FIELDS = ["name", "birth_on", "phone"]


class Running:
    """A web process over a database of its own."""

    def __init__(self, source: str, name: str) -> None:
        self.database = name
        databases.copy(source, name)
        params = connection.get_connection_params()
        url = "postgresql://{user}:{password}@{host}:{port}".format(
            **{k: house._quoted(params.get(k, "")) for k in ("user", "password", "host", "port")}
        )
        port = house._free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.log = Path(os.environ["DATA"]) / f"{name}.log"
        self.child = subprocess.Popen(
            [sys.executable, "-m", "ludao", "web", "--port", str(port), "--workers", "1"],
            env={**os.environ, "LUDAO_DATABASE_URL": f"{url}/{name}"},
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        house._wait(self.address, self.child, self.log)

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait(20)
        databases.drop(self.database)


@pytest.fixture(scope="module")
def web(_city_database: str, django_db_blocker: Any) -> Iterator[Running]:
    with django_db_blocker.unblock():
        found = Running(_city_database, f"test_sharing_web_{os.getpid()}")
    yield found
    with django_db_blocker.unblock():
        found.stop()


@pytest.fixture(scope="module")
def shared(web: Running, django_db_blocker: Any) -> dict[str, Any]:
    """In that web process's own database: an entry, a grant, a token of the holder."""
    from ludao.base.actor import Actor
    from ludao.blocks.identity.public import Post

    with django_db_blocker.unblock(), databases.using(web.database):
        enter(ADDRESS)
        post = Post.objects.select_related("person").get(person__username="wangke", organisation="xm-dsj")
        officer = Actor(person=str(post.person_id), name="王科", post=str(post.pk), organisation="xm-dsj")
        owner = Actor(organisation="xm-gaj", is_system=True)
        grant = grant_to(officer, owner, ADDRESS)
        return {"grant": grant, "token": token_of(officer), "officer": officer, "owner": owner}


@pytest.fixture
def profile(web: Running, shared: dict[str, Any], tmp_path: Path) -> str:
    path = tmp_path / "city.share"
    path.write_text(
        json.dumps(
            {
                "shareCredentialsVersion": 1,
                "endpoint": f"{web.address}/data/sharing/v1/delta",
                "bearerToken": shared["token"],
            }
        )
    )
    return str(path)


def ask(web: Running, shared: dict[str, Any], path: str, token: str = "", data: bytes | None = None) -> Any:
    request = urllib.request.Request(
        f"{web.address}/data/sharing/v1{path}",
        data=data,
        headers={"Authorization": f"Bearer {token or shared['token']}", "Content-Type": "application/json"},
    )
    return urllib.request.urlopen(request)


def status(web: Running, shared: dict[str, Any], path: str, token: str = "", data: bytes | None = None) -> int:
    try:
        return int(ask(web, shared, path, token, data).status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_real_client_reads_what_was_granted(profile: str, shared: dict[str, Any]) -> None:
    import delta_sharing

    client = delta_sharing.SharingClient(profile)
    tables = client.list_all_tables()
    assert [(t.share, t.schema, t.name) for t in tables] == [(shared["grant"].number, "source_police", "sample")]
    where = f"{profile}#{shared['grant'].number}.source_police.sample"
    frame = delta_sharing.load_as_pandas(where)
    assert list(frame.columns) == FIELDS and len(frame) == 50
    assert set(frame["phone"].str[3:7]) == {"****"} and frame["name"].str.startswith("李").all()
    assert len(delta_sharing.load_as_pandas(where, limit=7)) == 7
    assert delta_sharing.get_table_version(where) >= 1


def test_changes_reach_the_client(profile: str, shared: dict[str, Any], web: Running, django_db_blocker: Any) -> None:
    import delta_sharing

    from ludao.blocks.lake import public as lake

    with django_db_blocker.unblock(), databases.using(web.database):
        before = lake.describe(ADDRESS).version
        lake.merge(ADDRESS, rows(3, since=900))
    where = f"{profile}#{shared['grant'].number}.source_police.sample"
    frame = delta_sharing.load_table_changes_as_pandas(where, starting_version=before + 1)
    assert set(frame["_change_type"]) == {"insert"} and len(frame) == 3
    assert set(frame["phone"].str[3:7]) == {"****"}
    told = json.load(ask(web, shared, f"/changes/{ADDRESS}?since={before}&limit=2"))
    assert len(told["rows"]) == 2 and set(told["rows"][0]) == {*FIELDS, "_change_type"}
    more = json.load(ask(web, shared, f"/changes/{ADDRESS}?after={told['next']}&limit=2"))
    assert len(more["rows"]) == 1 and more["next"] is None and more["version"] == told["version"]


def test_the_files_hold_nothing_else(shared: dict[str, Any], web: Running, django_db_blocker: Any) -> None:
    import pyarrow.parquet as pq

    from ludao.base import files

    place = files.of_database(web.database) / "sharing"
    found = list(place.rglob("*.parquet"))
    assert found
    for path in found:
        assert set(pq.read_schema(path).names) <= {*FIELDS, "_change_type"}
        assert ID.encode() not in path.read_bytes() and b"15400000000" not in path.read_bytes()


def test_a_range_of_a_file_and_no_more_than_its_time(web: Running, shared: dict[str, Any]) -> None:
    grant = shared["grant"].number
    lines = ask(web, shared, f"/delta/shares/{grant}/schemas/source_police/tables/sample/query", data=b"{}").read()
    file = json.loads(lines.splitlines()[2])["file"]
    request = urllib.request.Request(file["url"], headers={"Range": "bytes=0-3"})
    with urllib.request.urlopen(request) as answer:
        assert (answer.status, answer.read(), answer.headers["Content-Range"].split("/")[0]) == (
            206,
            b"PAR1",
            "bytes 0-3",
        )
    with urllib.request.urlopen(file["url"]) as answer:
        assert len(answer.read()) == file["size"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(file["url"][:-4] + "AAA/")
    assert refused.value.code == 404
    assert file["expirationTimestamp"] / 1000 < time.time() + 1000


@pytest.mark.parametrize(
    "path",
    [
        "/delta/shares/..%2F..%2Fetc/schemas/a/tables/b/metadata",
        "/delta/shares/GX2022999999/all-tables",
        "/delta/shares/{grant}/schemas/..%2f..%2f/tables/passwd/metadata",
        "/delta/shares/{grant}/schemas/source_police/tables/other/metadata",
        "/files/..%2F..%2Fetc%2Fpasswd",
        "/delta/shares/{grant}/schemas/source_police/tables/sample'--/metadata",
    ],
)
def test_names_that_are_none_lead_nowhere(web: Running, shared: dict[str, Any], path: str) -> None:
    assert status(web, shared, path.format(grant=shared["grant"].number)) == 404


def test_another_organisation_has_no_share(web: Running, shared: dict[str, Any], django_db_blocker: Any) -> None:
    from ludao.base.actor import Actor
    from ludao.blocks.identity.public import Post

    with django_db_blocker.unblock(), databases.using(web.database):
        post = Post.objects.select_related("person").get(person__username="chenqu")
        other = token_of(
            Actor(person=str(post.person_id), name="陈区", post=str(post.pk), organisation="xm-350203", is_system=True)
        )
    assert json.load(ask(web, shared, "/delta/shares", other)) == {"items": []}
    assert status(web, shared, f"/delta/shares/{shared['grant'].number}/all-tables", other) == 404
    assert status(web, shared, "/delta/shares", "ldk_wrong") == 401


def test_a_running_process_answers_lookups(web: Running, shared: dict[str, Any]) -> None:
    """By the short way in (base.lean), from several clients at once; each stands in the log."""
    from concurrent.futures import ThreadPoolExecutor

    path = f"/lookup/{ADDRESS}?id_number={ID}&purpose=x"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(web, shared, path), range(40)))
    places = {answer.headers["Ludao-Log"] for answer in answers}
    assert len(places) == 40 and ID not in web.log.read_text()


def test_subscribers_are_told_masked_and_once(entry: str, owner: Any, applicant: Any) -> None:
    from ludao.blocks.exchange import public as exchange
    from ludao.blocks.lake import public as lake
    from ludao.city.data.sharing import actions, telling, verifying

    address = "source.police.pushed"  # a table of its own: the lake is not rolled back after a test
    enter(address)
    granted = grant_to(applicant, owner, address)
    one = actions.holding.subscribe(applicant, grant=granted)
    lake.merge(address, rows(5, since=7000 + os.getpid() % 1000))
    assert telling.tell.now(applicant, subscription=one.pk).result["sent"] == 5
    assert telling.tell.now(applicant, subscription=one.pk).result["sent"] == 0
    told = exchange.Outgoing.objects.get(subject=f"out.sharing.{granted.pk}.changes")
    assert len(told.body["rows"]) == 5 and {r["phone"][3:7] for r in told.body["rows"]} == {"****"}
    assert set(told.body["rows"][0]) == {*FIELDS, "_change_type"}
    assert verifying.verify(granted).faults == []
