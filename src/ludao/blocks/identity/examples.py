"""What the contract tests type into the forms of identity, where any value will not do."""

import re
from datetime import date
from random import Random
from typing import Any

from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from ludao.base import identifiers
from ludao.base.actor import Actor
from ludao.blocks.identity import codes, sealing
from ludao.blocks.identity.actions.clients import let_in, register_client
from ludao.blocks.identity.models import Mandate, Organisation, Person

Given = dict[str, Any]
NUMBER = identifiers.invent_resident_id(Random(11), date(1993, 5, 4), "female")
CREDIT_CODE = identifiers.invent_credit_code(Random(7))
MOBILE = identifiers.invent_mobile(Random(5))
BACK = ["https://app.example.cn/back"]
STRONG = "shui-diao-ge-tou-9"


def _sent(person: Person, purpose: str, about: str = "") -> str:
    """The code as it would be read on the phone."""
    facts = codes.make(person, purpose, MOBILE, about) or {}
    words = sealing.unseal(facts["sealed"], "message", person.pk)
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", words)
    assert found
    return found[0]


def _me(actor: Actor) -> Person:
    return Person.objects.get(pk=actor.person)


def _recovered(actor: Actor) -> Given:
    person = _me(actor)
    return {"username": person.username, "code": _sent(person, "recover"), "new": STRONG}


def _one_time_code(actor: Actor) -> Given:
    device = TOTPDevice.objects.create(user=_me(actor), name="example", confirmed=False)
    return {"token": f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}"}


def _client() -> str:
    return register_client(Actor.system("example"), name="样例应用", redirect_uris=BACK).client_id


def _consent(actor: Actor) -> Given:
    return {"consent": let_in(actor, client=_client(), scopes=["openid"])}


def _agent(actor: Actor) -> Given:
    legal = Mandate.objects.filter(kind=Mandate.LEGAL).exclude(person_id=int(actor.person))[0]
    return {"given": Mandate.objects.create(person=_me(actor), enterprise=legal.enterprise, granted_by=legal.person)}


def _shut(_: Actor) -> Given:
    shut = Person.objects.create(username="shut-example", name="样例", is_active=False)
    return {"person": shut, "reason": "已核实"}


def _application(_: Actor) -> Given:
    from oauth2_provider.models import Application

    return {"client": Application.objects.get(client_id=_client())}


EXAMPLES: dict[str, Any] = {
    "attest": lambda _: {"person": Person.objects.get(username="zhao"), "name": "赵", "id_number": NUMBER,
                         "seen": "居民身份证"},
    "confirm_phone": lambda actor: {"code": _sent(_me(actor), "phone", MOBILE)},
    "confirm_totp": _one_time_code,
    "correct": lambda actor: {"name": actor.name},
    "drop_client": _application,
    "enable": _shut,
    "end_mandate": _agent,
    "enrol_enterprise": lambda _: {"legal": Person.objects.get(username="hanmeimei"), "code": CREDIT_CODE,
                                   "name": "样例商行"},
    "found": lambda _: {"parent": Organisation.objects.get(pk="xm"), "code": "xm-example", "name": "样例中心"},
    "give_phone": {"phone": MOBILE},
    "let_in": lambda _: {"client": _client(), "scopes": ["openid"]},
    "mandate": {"username": "lilei"},
    "prove": {"name": "李雷", "id_number": NUMBER},
    "register": {"username": "example", "name": "样例", "password": STRONG},
    "register_client": {"name": "样例应用", "redirect_uris": BACK},
    "reset_password": _recovered,
    "shut_out": _consent,
}
