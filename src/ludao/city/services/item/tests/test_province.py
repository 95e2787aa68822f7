"""The province: a second process with a database and a key of its own; pushed to, pulled from, reconciled, mended."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from ludao.base import registry
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.testing import databases, house
from ludao.blocks.identity.public import Organisation
from ludao.city.services.item import actions, keys, telling
from ludao.city.services.item.models import Hall, Item, Letter, Record

SYSTEM = Actor.system("test")
ITEMS = "事项编码,事项名称,事项类型\nFJ-001,全省统一事项一,行政许可\nFJ-002,全省统一事项二,公共服务\n"


def load_cast() -> None:
    databases.migrate()
    for block in ("identity", "permission"):
        part: Any = registry.by_address()[block].part("demo")
        part.load(Actor.system("test", channel="demo"), 0)


class Province:
    """Its web process, over a database and a folder of keys of its own."""

    def __init__(self, place: Path, city_key: str) -> None:
        (place / "secrets").mkdir(parents=True)
        self.secrets, self.database = place / "secrets", f"test_item_fj_{os.getpid()}"
        source = databases.template("cast", load_cast, (*databases.MIGRATED, "identity", "permission"))
        databases.copy(source, self.database)
        params = connection.get_connection_params()
        url = "postgresql://{user}:{password}@{host}:{port}".format(
            **{k: house._quoted(params.get(k, "")) for k in ("user", "password", "host", "port")}
        )
        self.url = f"{url}/{self.database}"
        port = house._free_port()
        self.address, log = f"http://127.0.0.1:{port}", place / "web.log"
        self.child = subprocess.Popen(
            [sys.executable, "-m", "ludao", "web", "--port", str(port), "--workers", "1"],
            env={**os.environ, "DATA": str(place), "LUDAO_DATABASE_URL": self.url},
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        with databases.using(self.database):
            from django.core.files.uploadedfile import SimpleUploadedFile

            file = SimpleUploadedFile("fj.csv", ITEMS.encode())
            actions.catalogue.import_items(SYSTEM, file=file, organisation=Organisation.objects.get(pk="xm-zwzx"))
            actions.province.add_hall(
                SYSTEM,
                code="xm",
                own_code="fj",
                name="厦门市",
                place="below",
                url="http://127.0.0.1:9",
                public_key=city_key,
            )
        house._wait(self.address, self.child, log)

    @property
    def key(self) -> str:
        return keys._store(self.secrets).public(keys._store(self.secrets).current(keys.SIGNING)).hex()

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait(20)
        databases.drop(self.database)


@pytest.fixture(scope="module")
def province(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Province]:
    with django_db_blocker.unblock():
        made = Province(tmp_path_factory.mktemp("province"), keys.public_key())
    yield made
    with django_db_blocker.unblock():
        made.stop()


@pytest.fixture
def up(city: Any, province: Province) -> Hall:
    return actions.province.add_hall(
        SYSTEM, code="fj2", own_code="xm", name="福建省", place="above", url=province.address, public_key=province.key
    )


@pytest.fixture(autouse=True)
def _named(up: Hall) -> None:
    """The province calls itself `fj`; here it was entered beside the demonstration's own entry of that code."""
    Hall.objects.filter(code="fj").exclude(pk=up.pk).delete()
    Hall.objects.filter(pk=up.pk).update(code="fj")
    up.refresh_from_db()


def sent(up: Hall) -> int:
    telling.sending.now(SYSTEM, about=up.code, hall=up.pk)
    return Letter.objects.filter(hall=up, is_out=True, state="done").count()


def test_items_and_cases_are_pushed_once_and_reconcile(up: Hall) -> None:
    told = actions.province.push(SYSTEM, hall=up, what="item")
    assert told == Item.objects.filter(state=Item.PUBLISHED).count() and sent(up) == -(-told // telling.PIECE)
    assert actions.province.push(SYSTEM, hall=up, what="item") == 0
    assert actions.province.push(SYSTEM, hall=up, what="case") >= 3 and sent(up)
    body = Record.objects.filter(hall=up, kind="case").values_list("body", flat=True)[0]
    assert body["applicant"].startswith("李") and "*" in body["applicant"]
    assert telling.reconcile(up, "item") == {"same": told, "missing": 0, "differ": 0, "only_there": 0}


def test_what_differs_is_found_and_mended(up: Hall, province: Province) -> None:
    actions.province.push(SYSTEM, hall=up, what="item")
    sent(up)
    with psycopg.connect(province.url, autocommit=True) as there:
        there.execute("delete from services_item_record where key = 'RS002' and not is_out")
        there.execute("update services_item_record set digest = repeat('0', 64) where key = 'RS001' and not is_out")
    found = telling.reconcile(up, "item")
    assert (found["missing"], found["differ"]) == (1, 1)
    assert actions.province.mend(SYSTEM, hall=up, what="item") == 2
    sent(up)
    assert telling.reconcile(up, "item")["missing"] == telling.reconcile(up, "item")["differ"] == 0


def test_theirs_are_pulled_and_the_same_again_is_nothing_new(up: Hall) -> None:
    assert telling.pull(up, "item") == 2
    assert set(Record.objects.filter(hall=up, is_out=False).values_list("key", flat=True)) == {"FJ-001", "FJ-002"}
    assert telling.pull(up, "item") == 0


def test_a_letter_that_does_not_hold_is_refused(up: Hall, province: Province) -> None:
    body, signature = telling.signed(up, {"id": "x" * 12, "kind": "items", "body": {"rows": []}})

    def post(content: bytes, said: str) -> int:
        request = urllib.request.Request(
            province.address + telling.LETTERS, data=content, headers={"Ludao-Signature": said}, method="POST"
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert post(body, signature) == 200
    assert post(body.replace(b'"items"', b'"cases"'), signature) == 401
    assert post(body, "AAAA") == 401
    assert post(json.dumps({"from": "nobody"}).encode(), signature) == 401


def test_a_hall_that_is_away_is_tried_again_and_says_so(up: Hall) -> None:
    Hall.objects.filter(pk=up.pk).update(url="http://127.0.0.1:9")
    actions.province.push(SYSTEM, hall=up, what="case")
    assert sent(up) == 0
    letter = Letter.objects.filter(hall=up, is_out=True).latest("pk")
    assert letter.state == "waiting" and letter.next_at and letter.error
    with pytest.raises((OSError, Problem)):
        telling.pull(Hall.objects.get(pk=up.pk), "item")


def test_bad_rows_are_named_and_good_ones_taken(up: Hall) -> None:
    rows = [{"code": "A-1", "name": "甲", "kind": "permit", "organisation": "某局"}, {"code": "A-2"}, "x",
            {"code": "A-3", "name": "丙", "kind": "nothing", "organisation": "某局"}]  # fmt: skip
    good, refused = telling.sorted_out("item", rows)
    assert [one[0] for one in good] == ["A-1"]
    assert [one["row"] for one in refused] == ["2", "3", "4"] and "organisation" in refused[0]["reason"]
