"""Two cities, each with its own process, database and keys: received in one, decided in the other, handed out here."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.case import public as cases
from ludao.blocks.document import public as document
from ludao.blocks.seal.public import verify_pdf
from ludao.city.services.channel import fetching, keys, posting
from ludao.city.services.channel.actions import relaying
from ludao.city.services.channel.models import Letter, Offer, Paper, Partner, Relay

from .cities import Running

HOUSE = Actor.system("test")
ID = "110101199003079999"


@pytest.fixture
def two(_city_database: str, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with django_db_blocker.unblock():
        own = Path(os.environ["DATA"])
        monkeypatch.setenv("LUDAO_FILES", str(own / "files"))
        other = tmp_path / "ga"
        (other / "secrets").mkdir(parents=True)
        here = Running(_city_database, f"test_channel_xm_{os.getpid()}", own)
        there = Running(_city_database, f"test_channel_ga_{os.getpid()}", other)
        with here.acting():
            our_key = keys.public_key()
        with there.acting():
            their_key = keys.public_key()
            us = relaying.set_partner(
                HOUSE, code="xm", own_code="gav", name="厦门市", url=here.address, public_key=our_key
            )
        with here.acting():
            them = relaying.set_partner(
                HOUSE, code="gav", own_code="xm", name="广安市", url=there.address, public_key=their_key
            )
        yield here, them, there, us
        here.stop()
        there.stop()


def send(partner: Partner) -> int:
    return int(posting.send_waiting.now(HOUSE, partner=partner.pk).result["sent"])


def test_received_here_decided_there_handed_out_here(two: Any) -> None:
    here, them, there, us = two
    with there.acting():
        relaying.tell_items(HOUSE, partner=us)
        assert send(us) == 1
    clerk = Actor(name="综窗", organisation="xm-zwzx", is_system=True)
    with here.acting():
        offer = Offer.objects.get(partner=them, code="CL006", is_gone=False)
        scan = SimpleUploadedFile("身份证.txt", "人像面 国徽面".encode() * 300_000)  # more than one piece
        relay = relaying.collect(
            clerk, offer=offer, applicant="李雷", id_number=ID, phone="13900001234", papers=[scan], words="已核对原件"
        )
        assert ID not in relay.sealed and relay.state == Relay.SENT
        assert send(them) == 1
        assert ID not in json.dumps(list(Letter.objects.values_list("said", flat=True)))
    number = relay.number
    with there.acting():
        theirs = Relay.objects.get(number=number)
        assert (theirs.state, theirs.applicant, theirs.is_out) == (Relay.RECEIVED, "李雷", False)
        assert keys.unseal(theirs.sealed, number)["id_number"] == ID
        assert fetching.fetch.now(HOUSE, about=number, relay=theirs.pk).result == {"brought": 1}
        kept = Paper.objects.get(relay=theirs)
        whole = document.read(document.Document.objects.get(pk=kept.document).current)
        assert whole == "人像面 国徽面".encode() * 300_000
        one = cases.Case.objects.get(pk=theirs.case)
        assert (one.channel, one.applicant, one.item) == ("city", "李雷", theirs.code)
        assert one.materials.get().document_id == kept.document
        asked = [f"material:{one.materials.get().code}=请补交居住证"]
        cases.return_for_correction(HOUSE, task=cases.steps(one)[0], asked=asked)
        assert send(us) == 2  # received, correction
    with here.acting():
        relay.refresh_from_db()
        assert (relay.state, relay.words) == (Relay.CORRECTION, "身份证.txt：请补交居住证")
        relaying.supplement(clerk, relay=relay, papers=[SimpleUploadedFile("居住证.txt", b"residence")])
        assert send(them) == 1
    with there.acting():
        theirs.refresh_from_db()
        fetching.fetch.now(HOUSE, about=number, relay=theirs.pk)
        assert theirs.papers.exclude(document=None).count() == 2
        one.refresh_from_db()
        assert one.state == "submitted"  # what was asked for came with the papers
        assert document.read(one.materials.get().document.current) == b"residence"
        cases.accept(HOUSE, task=cases.steps(one)[0])
        assert one.process == "services.item.promised" and [s.kind for s in cases.steps(one)] == ["examine"]
        cases.complete(HOUSE, task=cases.steps(one)[0], outcome="approve", opinion="材料属实")
        cases.complete(HOUSE, task=cases.steps(one)[0], outcome="approve", opinion="符合条件，准予办理")
        one.refresh_from_db()
        assert (one.state, one.ending) == ("closed", "granted")
        assert send(us) == 2
    with here.acting():
        relay.refresh_from_db()
        assert relay.state == Relay.FINISHED
        fetching.fetch.now(HOUSE, about=number, relay=relay.pk)
        relay.refresh_from_db()
        assert relay.state == Relay.RETURNED
        result = Paper.objects.get(relay=relay, is_result=True)
        pdf = document.read(document.Document.objects.get(pk=result.document).current)
        (seal,) = verify_pdf(pdf)
        assert seal.organisation and seal.reason == "异地代办结果"
        relaying.hand_out(clerk, relay=relay)
        assert send(them) == 1
    with there.acting():
        theirs.refresh_from_db()
        assert theirs.state == Relay.HANDED
        assert [s.state for s in theirs.steps.order_by("pk")] == [
            "received",
            "correction",
            "received",
            "accepted",
            "finished",
            "handed",
        ]


def test_what_is_not_signed_locked_or_meant_for_us_is_refused(two: Any) -> None:
    here, them, there, us = two
    with here.acting():
        lock = keys.lock(them.public_key, b"{}")
        good = {"from": "xm", "to": "gav", "at": time.time(), "id": "ab" * 16, "kind": "items", "box": lock}

        def knock(**changes: Any) -> int:
            body = json.dumps(good | changes).encode()
            request = urllib.request.Request(
                there.address + posting.LETTERS, body, {"Ludao-Signature": keys.sign(body)}
            )
            try:
                return int(urllib.request.urlopen(request).status)
            except urllib.error.HTTPError as error:
                return error.code

        assert knock(**{"from": "nobody"}) == 401
        assert knock(to="fz") == 401
        assert knock(at=time.time() - 3600) == 401
        assert knock(box=keys.lock(keys.public_key(), b"{}")) == 401
    with there.acting():
        before = Letter.objects.filter(partner=us, is_out=False).count()
    with here.acting():
        assert knock(id="cd" * 16) == 200 and knock(id="cd" * 16) == 200  # the same letter twice
    with there.acting():
        assert Letter.objects.filter(partner=us, is_out=False).count() == before + 1
        with pytest.raises(OSError, match="422"):
            posting.ask(
                us, posting.PAPERS, "ef" * 16, "paper", {"number": "DB000", "digest": "x", "offset": 0, "size": 10}
            )


def test_a_letter_to_a_city_that_is_down_waits_and_is_sent_later(two: Any) -> None:
    here, them, there, us = two
    with here.acting():
        Partner.objects.filter(pk=them.pk).update(url="http://127.0.0.1:9")
        relaying.tell_items(HOUSE, partner=them)
        assert send(Partner.objects.get(pk=them.pk)) == 0
        letter = Letter.objects.get(partner=them, is_out=True)
        assert (letter.state, letter.tries) == ("waiting", 1) and letter.error and letter.next_at
        Partner.objects.filter(pk=them.pk).update(url=there.address)
        relaying.resend(HOUSE, letter=letter)
        assert send(Partner.objects.get(pk=them.pk)) == 1


def test_what_the_other_city_calls_back_ends_here(two: Any) -> None:
    here, them, there, us = two
    with there.acting():
        relaying.tell_items(HOUSE, partner=us)
        send(us)
    clerk = Actor(name="综窗", organisation="xm-zwzx", is_system=True)
    with here.acting():
        offer = Offer.objects.filter(partner=them, is_gone=False).order_by("code")[0]
        relay = relaying.collect(clerk, offer=offer, applicant="李雷", id_number=ID, phone="13900001234", papers=[])
        relaying.call_back(clerk, relay=relay, reason="改在线上办理")
        assert send(them) == 2
    with there.acting():
        theirs = Relay.objects.get(number=relay.number)
        one = cases.Case.objects.get(pk=theirs.case)
        assert (theirs.state, one.ending) == (Relay.WITHDRAWN, "withdrawn")
        assert not Letter.objects.filter(relay=theirs, is_out=True).exclude(said__state="received").exists()


def test_what_came_before_there_were_cases_becomes_one(city: Any) -> None:
    from ludao.city.services.channel.examples import EXAMPLES

    relay = EXAMPLES["open_case"](HOUSE)["relay"]
    Relay.objects.filter(pk=relay.pk).update(state=Relay.ACCEPTED)
    relay.refresh_from_db()
    assert relay.lacks_case
    relaying.open_case(HOUSE, relay=relay)
    relay.refresh_from_db()
    one = cases.Case.objects.get(pk=relay.case)
    assert (relay.lacks_case, one.process, one.applicant) == (False, "services.item.promised", "李雷")
    cases.accept(HOUSE, task=cases.steps(one)[0])
    relay.refresh_from_db()
    assert relay.state == Relay.ACCEPTED
