"""Each shared process is gone through to its end by a real item of it, and the result's seal is whole."""

import io
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.identifiers import invent_credit_code
from ludao.blocks.case import public as cases
from ludao.blocks.document import public as document
from ludao.city.services.item import actions
from ludao.city.services.item.models import Application, Item, Version

ALONE = ("instant", "promised", "inspected", "publicised", "heard", "appointment")
SHARED = (*ALONE, "one_birth", "one_enterprise", "one_farewell", "one_marriage", "one_restaurant", "one_retire")
GOOD = ("accept", "approve", "pass", "done")
PLAIN: dict[str, Any] = {
    "id_number": "11010519491231002X",
    "credit_code": invent_credit_code(Random(7)),
    "phone": "13900001234",
    "email": "li@example.org",
    "place": {"longitude": 118.1, "latitude": 24.5},
    "address": "厦门市思明区演武路1号",
    "yes_no": True,
    "area": "350203001001",
}


def answer(said: Mapping[str, Any]) -> Any:
    """A right answer to a question, by its kind."""
    kind = said["x-kind"]
    if kind in PLAIN:
        return PLAIN[kind]
    if kind in ("choice", "choices"):
        first = said["x-options"][0]["value"]
        return first if kind == "choice" else [first]
    if kind in ("integer", "decimal", "money"):
        return max(said.get("minimum", 1), 1)
    if kind == "day":
        return clock.today().isoformat()
    if kind == "bank_account":
        return "35001234567890" if said.get("x-account") else "6222021234567890128"
    if kind == "rows":
        return [{name: answer(one) for name, one in said["items"]["properties"].items()}]
    return "202601" if "pattern" in said else "演示内容，如实填写"[: said.get("maxLength", 40)]


def applied(actor: Actor, item: Item) -> Application:
    """Answered, filled in, every paper handed in, sent."""
    begun = actions.applying.begin(actor, item=item)
    questions = begun.version.facts.get("questions", ())
    if questions:
        said = {one["code"]: one["options"][0]["value"] for one in questions}
        actions.applying.answer(actor, application=begun, answers=json.dumps(said))
    properties = actions.applying.form_of(begun).design.schema["properties"]
    data = {name: answer(one) for name, one in properties.items() if one["x-kind"] not in ("file", "files")}
    actions.applying.fill(actor, application=Application.objects.get(pk=begun.pk), data=json.dumps(data))
    begun.refresh_from_db()
    for one in begun.needed:
        if not (one.get("held") or one.get("optional")):
            paper = SimpleUploadedFile(f"{one['code']}.txt", "材料".encode())
            actions.applying.attach(actor, application=begun, code=one["code"], file=paper)
            begun.refresh_from_db()
    return actions.applying.send(actor, application=begun, promise=True)


@pytest.mark.parametrize("name", SHARED)
def test_it_ends_in_a_result_that_verifies(city: Any, actor_of: Callable[[str], Actor], name: str) -> None:
    used = Version.objects.filter(state=Version.PUBLISHED, facts__process=f"services.item.{name}", item__is_online=True)
    sent = applied(actor_of("lilei"), used.select_related("item").order_by("item__code")[0].item)
    case = cases.find(sent.number)
    assert case is not None
    gone = []
    while open_ := cases.steps(case):
        outcome = next(verb for verb in GOOD if verb in open_[0].verbs)
        gone.append(open_[0].kind)
        cases.complete(Actor.system("test"), task=open_[0], outcome=outcome, opinion="符合条件")
        case.refresh_from_db()
    sent.refresh_from_db()
    assert (case.ending, sent.outcome) == ("granted", "granted"), gone
    special = {"inspected": "inspect", "publicised": "publish", "heard": "hear"}
    assert special.get(name, gone[0]) in gone
    if name == "one_marriage":  # what is always settled goes beside what was wished
        assert {"book", "check", "register", "mark"} <= set(case.tasks.values_list("key", flat=True))
    kept = document.Document.objects.get(pk=sent.result)
    assert kept.current is not None
    signature = PdfFileReader(io.BytesIO(document.read(kept.current))).embedded_signatures[0]
    status = validate_pdf_signature(signature, ValidationContext(allow_fetching=False, trust_roots=[]))
    assert status.intact and status.valid
