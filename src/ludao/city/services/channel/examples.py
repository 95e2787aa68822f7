"""What the contract tests type into the forms of channels, where any value will not do."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.crypto import sm2_generate
from ludao.blocks.identity.public import Person

from . import items, keys, relaying, seats
from .models import Appointment, Letter, Offer, Partner, Placement, Relay, Site, Slot

ID = "110101199003079999"
KEY = sm2_generate().public.hex()


def _partner() -> Partner:
    return Partner.objects.update_or_create(
        code="sample", defaults={"own_code": "xm", "name": "样例市", "url": "http://127.0.0.1:9", "public_key": KEY}
    )[0]


def _relay(state: str, is_out: bool, code: str = "x") -> Relay:
    number = relaying.number("sample")
    return Relay.objects.create(
        partner=_partner(),
        number=number,
        is_out=is_out,
        code=code,
        title="样例",
        state=state,
        organisation="xm-dsj",
        applicant="李雷",
        sealed=keys.seal({"id_number": ID}, number),
    )


def _offer() -> Offer:
    return Offer.objects.get_or_create(partner=_partner(), code="x", defaults={"title": "样例事项"})[0]


def _slot(**more: Any) -> Slot:
    site = Site.objects.filter(kind=Site.HALL).order_by("code")[0]
    given = {"begins_at": clock.now() + timedelta(days=40, seconds=int(uuid4().int % 86400)), "capacity": 5} | more
    return Slot.objects.create(site=site, ends_at=given["begins_at"] + timedelta(minutes=30), **given)


def _code() -> str:
    return str(items.published(Actor.system("sample"))[-1]["code"])


def _appointment(actor: Actor, state: str = "booked", **more: Any) -> Appointment:
    person = int(actor.person) if actor.person else Person.objects.get(username="lilei").pk
    Appointment.objects.filter(person=person, code="样例").delete()
    made = seats.take(_slot(**more), person, "样例", "样例事项", "portal")
    made.state = state
    made.save(update_fields=["state"])
    return made


def _letter() -> Letter:
    return Letter.objects.create(partner=_partner(), is_out=True, letter_id=uuid4().hex, kind="items", state="parked")


EXAMPLES: dict[str, Any] = {
    "place": lambda _: {"channel": "phone", "codes": _code()},
    "withdraw": lambda _: {"placements": Placement.objects.filter(is_on=True).order_by("-pk")[0]},
    "set_site": {"is_open": True, "code": "sample", "name_zh": "样例网点", "longitude": 118.1, "latitude": 24.5},
    "open_slots": lambda _: {"site": Site.objects.filter(kind=Site.HALL).order_by("code")[0]},
    "close_slot": lambda _: {"slots": _slot()},
    "book": lambda _: {"slot": _slot(), "code": _code(), "channel": "portal"},
    "cancel": lambda actor: {"appointment": _appointment(actor)},
    "check_in": lambda actor: {"code": seats.token(_appointment(actor, begins_at=clock.now() + timedelta(minutes=10)))},
    "serve": lambda actor: {"appointments": _appointment(actor, Appointment.ARRIVED)},
    "set_partner": {
        "is_open": True,
        "code": "sample",
        "own_code": "xm",
        "name": "样例市",
        "url": "http://127.0.0.1:9",
        "public_key": KEY,
    },
    "set_agreement": {"code": "120100", "city": "样例市", "province": "样例省", "since": date(2022, 1, 1)},
    "tell_items": lambda _: {"partner": _partner()},
    "resend": lambda _: {"letter": _letter()},
    "collect": lambda _: {
        "offer": _offer(),
        "applicant": "李雷",
        "id_number": ID,
        "phone": "13900001234",
    },
    "open_case": lambda _: {"relay": _relay(Relay.RECEIVED, False, "CL006")},
    "supplement": lambda _: {"relay": _relay(Relay.CORRECTION, True)},
    "call_back": lambda _: {"relay": _relay(Relay.SENT, True)},
    "hand_out": lambda _: {"relay": _relay(Relay.RETURNED, True)},
    "note_result": lambda _: {"relay": _relay(Relay.FINISHED, True)},
    "take_letter": lambda _: {
        "partner": _partner(),
        "letter_id": uuid4().hex,
        "kind": "items",
        "content": json.dumps({"items": []}),
    },
}
