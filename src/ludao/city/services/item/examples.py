"""What the contract tests type into the forms of items, where any value will not do."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation

from . import actions, demo
from .actions.catalogue import publish as issue
from .models import Item, Version

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
}
