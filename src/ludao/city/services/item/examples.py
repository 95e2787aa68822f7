"""What the contract tests type into the forms of items, where any value will not do."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation, Person

from . import actions, demo
from .actions.catalogue import publish as issue
from .models import Application, Hall, Handover, Item, Letter, Pickup, Ticket, Version, Window

SYSTEM = Actor.system("example")


def _body() -> Organisation:
    return Organisation.objects.get(pk="xm-dsj")


def _item(code: str = "EXAMPLE-1") -> Item:
    found = Item.objects.filter(code=code).first()
    return found or actions.catalogue.draft(SYSTEM, code=code, name_zh="样例事项", kind="service", organisation=_body())


def _draft() -> Version:
    made = _item().versions.get(state=Version.DRAFT)
    made.facts = {"legal_days": 5, "promised_days": 1}
    made.save()
    return made


def _published(code: str = "EXAMPLE-2") -> Item:
    item = _item(code)
    draft = item.versions.filter(state=Version.DRAFT).first()
    if draft:
        draft.facts = {"legal_days": 5, "promised_days": 1}
        draft.save()
        issue(SYSTEM, version=draft)
    return Item.objects.get(pk=item.pk)


def _retired() -> Item:
    return actions.catalogue.retire(SYSTEM, item=_published(), reason="依据废止")


def _second() -> Version:
    return actions.catalogue.revise(SYSTEM, item=_published())


def _online(code: str = "WJ003") -> Item:
    return Item.objects.get(code=code)


def _begun(actor: Actor, code: str = "RS002") -> Application:
    """A draft of whoever tries; the house tries as 李雷."""
    who = actor
    if not actor.person:
        person = Person.objects.get(username="lilei")
        who = Actor(person=str(person.pk), name=person.name)
    return actions.applying.begin(who, item=_online(code))


def _filled(actor: Actor) -> Application:
    begun = _begun(actor, "WJ003")
    begun.data = DATA
    begun.save(update_fields=["data"])
    return begun


def _with_old_card(actor: Actor) -> Application:
    begun = _begun(actor)
    begun.answers = {"why": "broken", "agent": "self"}
    begun.save(update_fields=["answers"])
    return begun


def _centre() -> Organisation:
    return Organisation.objects.get(pk="xm-zwzx")


def _window(number: str = "Z01", is_open: bool = True) -> Window:
    made = actions.counter.add_window(SYSTEM, hall=_centre(), number=number, title="样例窗口")
    Window.objects.filter(pk=made.pk).update(is_open=is_open)
    made.refresh_from_db()
    return made


def _ticket() -> Ticket:
    window = _window("Z09")
    window.tickets.update(state="done")
    ticket = actions.counter.take_ticket(SYSTEM, hall=window.hall_id, line="B")
    ticket.state, ticket.window = "called", window
    ticket.save()
    return ticket


def _waited_for() -> dict[str, Any]:
    window = _window("Z08")
    actions.counter.take_ticket(SYSTEM, hall=window.hall_id, line="A")
    return {"window": window}


def _granted() -> Application:
    return Application.objects.filter(outcome="granted").order_by("-pk")[0]


def _handed() -> dict[str, Any]:
    one, other = _window("Z01"), _window("Z02")
    return {"window": one, "number": _granted().number, "target": other, "reason": "移交"}


def _taken() -> dict[str, Any]:
    given = _handed()
    made = Handover.objects.create(
        hall=given["window"].hall,
        number=given["number"],
        origin=given["window"],
        target=given["target"],
        reason="移交",
        by="样例",
    )
    return {"handover": made}


def _out() -> dict[str, Any]:
    done = _granted()
    Pickup.objects.filter(number=done.number).delete()
    return {"hall": _centre(), "number": done.number, "what": "证照", "name": done.applicant}


def _hall() -> Hall:
    return Hall.objects.update_or_create(
        code="example",
        defaults={
            "own_code": "xm",
            "name": "样例大厅",
            "place": "above",
            "url": "http://127.0.0.1:9",
            "public_key": "0" * 128,
            "is_open": True,
        },
    )[0]


def _letter() -> Letter:
    return Letter.objects.update_or_create(
        hall=_hall(),
        is_out=True,
        letter_id="example-letter",
        defaults={"kind": "items", "body": {"rows": []}, "state": "parked"},
    )[0]


DATA = {
    "name": "李雷",
    "id_number": "11010519491231002X",
    "phone": "13900001234",
    "pregnant": False,
    "children_now": 0,
}
EXAMPLES: dict[str, Any] = {
    "draft": lambda _: {"code": "EXAMPLE-9", "name_zh": "样例", "kind": "service", "organisation": _body()},
    "describe": lambda _: {
        "item": _item(),
        "name_zh": "样例事项二",
        "kind": "service",
        "object": "both",
        "events": ["life"],
    },
    "set_facts": lambda _: {"version": _draft(), "facts": json.dumps({"legal_days": 5, "promised_days": 1})},
    "set_means": lambda _: {"version": _draft(), "form": "", "process": "", "result": "notice"},
    "revise": lambda _: {"item": _published()},
    "discard": lambda _: {"version": _second()},
    "publish": lambda _: {"version": _draft()},
    "retire": lambda _: {"item": _published(), "reason": "依据废止"},
    "restore": lambda _: {"item": _retired()},
    "import_items": lambda _: {"file": SimpleUploadedFile("items.csv", demo.FILE.encode()), "organisation": _body()},
    "apply": lambda _: {"item": _online()},
    "hand_in": lambda _: {"item": _online(), "name": "王大妈"},
    "answer": lambda actor: {"application": _begun(actor), "answers": json.dumps({"why": "lost", "agent": "self"})},
    "fill": lambda actor: {"application": _begun(actor, "WJ003"), "data": json.dumps(DATA)},
    "attach": lambda actor: {
        "application": _with_old_card(actor),
        "code": "old",
        "file": SimpleUploadedFile("a.txt", "旧卡".encode()),
    },
    "detach": lambda actor: {"application": _with_old_card(actor), "code": "old"},
    "drop": lambda actor: {"application": _begun(actor)},
    "send": lambda actor: {"application": _filled(actor), "promise": True},
    "add_window": lambda _: {"hall": _centre(), "number": "Z07", "title": "样例窗口"},
    "open_window": lambda _: {"window": _window("Z03", False)},
    "close_window": lambda _: {"window": _window("Z04")},
    "take_ticket": lambda _: {"hall": "xm-zwzx", "line": "C"},
    "call_next": lambda _: _waited_for(),
    "recall": lambda _: {"ticket": _ticket()},
    "skip": lambda _: {"ticket": _ticket()},
    "finish": lambda _: {"ticket": _ticket()},
    "pass_on": lambda _: _handed(),
    "take_over": lambda _: _taken(),
    "give_out": lambda _: _out(),
    "add_hall": lambda _: {
        "code": "example-2",
        "own_code": "xm",
        "name": "样例大厅",
        "place": "beside",
        "url": "http://127.0.0.1:9",
        "public_key": "0" * 128,
    },
    "pause_hall": lambda _: {"hall": _hall()},
    "push": lambda _: {"hall": _hall(), "what": "item"},
    "pull": lambda _: {"hall": _hall(), "what": "item"},
    "reconcile": lambda _: {"hall": _hall(), "what": "item"},
    "mend": lambda _: {"hall": _hall(), "what": "item"},
    "resend": lambda _: {"letter": [_letter()]},
    "take": lambda _: {"hall": _hall(), "letter_id": "example-0001", "kind": "items", "body": json.dumps({"rows": []})},
}
