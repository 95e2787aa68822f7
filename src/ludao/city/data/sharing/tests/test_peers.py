"""The province: two platforms, each with its own process, database and key; from the catalogue to the receipt."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.testing import databases
from ludao.city.data.sharing import actions, fetching, keys, posting
from ludao.city.data.sharing.models import Application, Given, Letter, Offer, Parcel, Peer, Received

from .conftest import ADDRESS, enter
from .test_batch import Running

HOUSE = Actor.system("test")


class Province(Running):
    """The second platform keeps its keys in a folder of its own."""


@contextmanager
def acting_as(name: str, secrets: Path) -> Iterator[None]:
    """This process stands for one platform: its database and its keys."""
    before = keys.store
    keys.store = lambda: keys._store(secrets)  # type: ignore[assignment]
    try:
        with databases.using(name):
            yield
    finally:
        keys.store = before


@pytest.fixture
def two(_city_database: str, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The city's and the province's web process, entered in one another with address and public key."""
    with django_db_blocker.unblock():
        place = tmp_path / "province"
        (place / "secrets").mkdir(parents=True)
        city = Running(_city_database, f"test_sharing_city_{os.getpid()}")
        monkeypatch.setenv("LUDAO_FILES", str(Path(os.environ["DATA"]) / "files"))
        own = os.environ["DATA"]
        monkeypatch.setenv("DATA", str(place))
        province = Province(_city_database, f"test_sharing_fj_{os.getpid()}")
        monkeypatch.setenv("DATA", own)
        cities, provinces = Path(own) / "secrets", place / "secrets"
        with acting_as(city.database, cities):
            city_key = keys.public_key()
            enter(ADDRESS)
        with acting_as(province.database, provinces):
            province_key = keys.public_key()
        with acting_as(city.database, cities):
            up = actions.peers.add_peer(
                HOUSE,
                code="fj",
                own_code="xm",
                name="福建省平台",
                place="above",
                url=province.address,
                public_key=province_key,
            )
        with acting_as(province.database, provinces):
            down = actions.peers.add_peer(
                HOUSE, code="xm", own_code="fj", name="厦门市平台", place="below", url=city.address, public_key=city_key
            )
        yield city, cities, up, province, provinces, down
        city.stop()
        province.stop()


def test_a_request_goes_down_and_the_data_comes_back(two: Any) -> None:
    city, cities, up, province, provinces, down = two
    with acting_as(city.database, cities):
        actions.peers.send_catalogue(HOUSE, peer=up)
        assert posting.send_waiting.now(HOUSE, peer=up.pk).result == {"sent": 1}
    with acting_as(province.database, provinces):
        offer = Offer.objects.get(address=ADDRESS)
        assert "note" not in offer.columns  # secret columns are not told
        officer = Actor(name="省厅经办", organisation="xm-jyj", is_system=True)
        asked = actions.peers.ask_peer(
            officer,
            offer=offer,
            columns=["id_number", "name", "phone"],
            plain=["id_number", "name"],
            purpose="全省入学核验",
            basis="条例",
            scene="核验",
            ends_on=clock.today() + timedelta(days=30),
        )
        posting.send_waiting.now(HOUSE, peer=down.pk)
    with acting_as(city.database, cities):
        received = Received.objects.get(peer=up)
        assert (received.peer_number, received.owner_id) == (asked.number, "xm-gaj")
        grant = actions.deciding.grant(HOUSE, application=received, plain=["id_number", "name"])
        actions.peers.return_data(HOUSE, grant=Given.objects.get(pk=grant.pk))
        assert posting.send_waiting.now(HOUSE, peer=up.pk).result == {"sent": 2}
    with acting_as(province.database, provinces):
        asked.refresh_from_db()
        assert (asked.state, asked.peer_number) == ("granted", grant.number)
        parcel = Parcel.objects.get()
        assert parcel.target == "source.from_xm.police_sample"
        fetching.bring.now(HOUSE, about=parcel.target, parcel=parcel.pk)
        from ludao.blocks.lake import public as lake

        rows = lake.sql(f"select * from {parcel.target} order by id_number").rows()
        assert len(rows) == 50 and rows[0]["name"] == "李乙" and rows[0]["phone"] == "154****0001"
        assert "area_code" not in rows[0] or rows[0]["area_code"] is None
        posting.send_waiting.now(HOUSE, peer=down.pk)
    with acting_as(city.database, cities):
        steps = list(Application.objects.get(pk=received.pk).steps.values_list("verb", flat=True))
        assert steps == ["sent", "granted", "heard"]
        assert Letter.objects.filter(is_out=False, state="parked").count() == 0


def test_forged_old_and_misdirected_letters_are_refused(two: Any) -> None:
    city, cities, up, province, provinces, down = two
    letter = {"id": "0123456789abcdef", "kind": "catalogue", "body": {"prefix": "", "entries": []}}
    with acting_as(province.database, provinces):
        body, signature = posting.signed(down, letter)
        assert json.loads(posting.ask(down, posting.LETTERS, body, signature))["taken"] == letter["id"]
        assert json.loads(posting.ask(down, posting.LETTERS, body, signature))["taken"] == letter["id"]  # once
        for wrong in (body.replace(b"catalogue", b"withdrawal"), body + b" "):
            refused(down, wrong, signature)
        refused(down, body, "AAAA")
        refused(down, body, "")
        for change in ({"at": time.time() - 3600}, {"to": "other"}, {"from": "nobody"}):
            told = json.dumps({**json.loads(body), **change}).encode()
            refused(down, told, keys.sign(told)[1])
    with acting_as(city.database, cities):
        assert Letter.objects.filter(peer=up, is_out=False).count() == 1
        told = json.dumps({**json.loads(body), "from": "fj"}).encode()
        refused(Peer(url=city.address, own_code="fj", public_key=keys.public_key()), told, keys.sign(told)[1])


def refused(peer: Peer, body: bytes, signature: str) -> None:
    with pytest.raises(OSError, match="401|429"):
        posting.ask(peer, posting.LETTERS, body, signature)


def test_a_peer_that_is_away_gets_its_letters_later(two: Any) -> None:
    city, cities, up, province, provinces, down = two
    with acting_as(city.database, cities):
        away = Peer.objects.get(pk=up.pk)
        Peer.objects.filter(pk=up.pk).update(url="http://127.0.0.1:9")
        letter = actions.peers.send_catalogue(HOUSE, peer=away)
        posting.send_waiting.now(HOUSE, peer=up.pk)
        letter.refresh_from_db()
        assert (letter.state, letter.tries) == ("waiting", 1) and letter.next_at > clock.now()
        Peer.objects.filter(pk=up.pk).update(url=province.address)
        actions.peers.resend(HOUSE, letter=[letter])
        posting.send_waiting.now(HOUSE, peer=up.pk)
        letter.refresh_from_db()
        assert letter.state == "done"


def test_a_fetch_goes_on_where_it_stopped(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    city, cities, up, province, provinces, down = two
    monkeypatch.setattr(fetching, "PIECE", 200)
    with acting_as(city.database, cities):
        received = Application.objects.create(
            address=ADDRESS,
            title_zh="样例",
            owner_id="xm-gaj",
            peer=up,
            peer_number="SQ2022000001",
            columns=["name"],
            ways=["batch"],
            purpose="核验",
            basis="条例",
            scene="核验",
            begins_on=clock.today(),
            ends_on=clock.today() + timedelta(days=9),
            due_at=clock.now(),
        )
        grant = actions.deciding.grant(HOUSE, application=Received.objects.get(pk=received.pk))
        body = actions.peers.return_data(HOUSE, grant=Given.objects.get(pk=grant.pk)).body
    with acting_as(province.database, provinces):
        asked = Application.objects.create(
            address=ADDRESS,
            title_zh="样例",
            peer=down,
            applicant_id="xm-jyj",
            columns=["name"],
            ways=["batch"],
            purpose="核验",
            basis="条例",
            scene="核验",
            begins_on=clock.today(),
            ends_on=clock.today(),
            due_at=clock.now(),
        )
        parcel = Parcel.objects.create(
            peer=down,
            application=asked,
            number=grant.number,
            version=body["version"],
            parts=body["parts"],
            target="source.from_xm.police_sample",
        )
        part = body["parts"][0]
        draft = fetching.folder(parcel) / f"{part['sm3']}.draft"
        ask, asked_times = posting.ask, []

        def dying(*given: Any) -> bytes:
            asked_times.append(1)
            if len(asked_times) == 3:
                raise OSError("cut off")
            return ask(*given)

        class Quiet:
            def tell(self, *_: Any) -> None: ...

        monkeypatch.setattr(posting, "ask", dying)
        with pytest.raises(OSError, match="cut off"):
            fetching.fetch(parcel, part, Quiet(), 0, part["size"])  # type: ignore[arg-type]
        assert draft.stat().st_size == 400
        assert fetching.fetch(parcel, part, Quiet(), 0, part["size"]) == part["size"]  # type: ignore[arg-type]
