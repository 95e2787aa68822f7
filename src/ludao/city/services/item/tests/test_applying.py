"""From the application to the sealed result: sent once, decided, sealed, delivered; or denied, with reasons."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from ludao.base.actor import Actor
from ludao.base.errors import Conflict, LudaoError
from ludao.blocks.case import public as cases
from ludao.blocks.document import public as document
from ludao.blocks.seal import public as seal
from ludao.city.services.item import actions
from ludao.city.services.item.engine.facts import settled
from ludao.city.services.item.models import Application, Item

from .conftest import ANSWERS, CARD, step


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return SimpleUploadedFile("card.png", out.getvalue())


def result_of(application: Application) -> bytes:
    application.refresh_from_db()
    kept = document.Document.objects.get(pk=application.result)
    assert kept.current is not None
    return document.read(kept.current)


def test_an_application_ends_in_a_sealed_result(
    applied: Callable[..., Application], officer: Actor, client_of: Any
) -> None:
    sent = applied()
    case = cases.find(sent.number)
    assert case is not None and (sent.state, sent.data, case.item) == (Application.SENT, {}, "RS002")
    assert {m.state for m in case.materials.all()} == {"held"}
    step(officer, case, "accept")
    step(officer, case, "approve")
    pdf = result_of(sent)
    signed = seal.verify_pdf(pdf)
    assert len(signed) == 1 and signed[0].is_good and signed[0].organisation == "厦门市人力资源和社会保障局"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "社会保障卡补领" in text and CARD["id_number"] not in text and sent.number in text
    assert (sent.outcome, case.ending) == ("granted", "granted")
    page = client_of("lilei").get(sent.get_absolute_url()).content.decode()
    assert "下载结果文书" in page
    assert b"".join(client_of("lilei").get(f"{sent.get_absolute_url()}result.pdf").streaming_content)[:4] == b"%PDF"
    assert client_of("hanmeimei").get(f"{sent.get_absolute_url()}result.pdf").status_code == 404


def test_what_is_missing_is_named_and_nothing_is_sent(city: Any, actor_of: Any) -> None:
    actor = actor_of("lilei")
    begun = actions.applying.begin(actor, item=Item.objects.get(code="RS002"))
    assert actions.applying.begin(actor, item=begun.item).pk == begun.pk
    with pytest.raises(LudaoError) as refused:
        actions.applying.send(actor, application=begun, promise=True)
    assert "情形" in str(refused.value) and "申请表" in str(refused.value)
    actions.applying.answer(actor, application=begun, answers=json.dumps({"why": "broken", "agent": "self"}))
    begun.refresh_from_db()
    actions.applying.fill(actor, application=begun, data=json.dumps({**CARD, "why": "broken", "lost_on": None} | {}))
    begun.refresh_from_db()
    with pytest.raises(LudaoError, match="损坏的旧卡照片"):
        actions.applying.send(actor, application=begun, promise=True)
    actions.applying.attach(actor, application=begun, code="old", file=picture())
    begun.refresh_from_db()
    sent = actions.applying.send(actor, application=begun, promise=True)
    case = cases.find(sent.number)
    assert case.materials.get(code="old").document.about == f"case:{case.pk}"
    with pytest.raises(Conflict):
        actions.applying.send(actor, application=Application.objects.get(pk=sent.pk), promise=True)


def test_a_denial_bears_its_reason_and_the_remedy(applied: Callable[..., Application], officer: Actor) -> None:
    sent = applied()
    case = cases.find(sent.number)
    step(officer, case, "accept")
    step(officer, case, "refuse", "社保卡未在本市制发")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(result_of(sent))).pages)
    assert "社保卡未在本市制发" in text and "行政复议" in text and sent.outcome == "denied"


def test_what_is_not_accepted_gets_its_notice(applied: Callable[..., Application], officer: Actor) -> None:
    sent = applied()
    case = cases.find(sent.number)
    step(officer, case, "refuse", "应向发卡地申请")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(result_of(sent))).pages)
    assert "不予受理" in text and "应向发卡地申请" in text and sent.outcome == "not_accepted"


def test_the_receipt_bears_number_and_code(applied: Callable[..., Application], client_of: Any) -> None:
    sent = applied()
    answer = client_of("lilei").get(f"{sent.get_absolute_url()}receipt.pdf")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.content)).pages)
    assert sent.number in text and "社会保障卡补领" in text


def test_one_thing_goes_to_five_departments_at_once(
    applied: Callable[..., Application], officer: Actor, actor_of: Any
) -> None:
    data = {
        "child_name": "李小雷", "child_sex": "男", "child_born": "2026-11-20", "hospital": "厦门市妇幼保健院",
        "birth_order": "1", "mother_name": "韩梅", "mother_id": "11010519491231002X", "household_with": "mother",
        "household_address": "厦门市思明区演武路1号", "insure": True, "wants_card": False, "name": "李雷",
        "id_number": "11010519491231002X", "phone": "13900001234", "delivery": "counter",
    }  # fmt: skip
    sent = applied("ONE001", data, {"married": "yes"})
    case = cases.find(sent.number)
    step(officer, case, "accept")
    open_ = cases.steps(case)
    assert {task.organisation_id for task in open_} == {"xm-wjw", "xm-gaj", "xm-ybj", "xm-swjj", "xm-rsj"}
    for task in open_:
        cases.complete(officer, task=task, outcome="approve", opinion=f"{task.title}已办理")
    case.refresh_from_db()
    step(officer, case, "approve", "各部门均已办结")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(result_of(sent))).pages)
    assert all(word in text for word in ("厦门市公安局", "厦门市医疗保障局", "社会保障卡申领", "李小雷"))


@pytest.mark.parametrize("code", ["GA024", "RS002"])
def test_the_steps_answer_by_themselves(city: Any, client_of: Any, code: str) -> None:
    """Each page of the way opens, and a stranger is sent to sign in."""
    assert client_of("").get(f"/services/item/apply/{code}/").status_code == 302
    client = client_of("lilei")
    first = client.get(f"/services/item/apply/{code}/", follow=True)
    assert first.status_code == 200
    begun = Application.objects.get(person__username="lilei", item__code=code, state="draft")
    for name in ("questions", "form", "materials", "confirm"):
        assert client.get(f"{begun.get_absolute_url()}{name}/").status_code == 200
    assert client.post(f"{begun.get_absolute_url()}questions/", {}).status_code == 422
    answer = client.post(f"{begun.get_absolute_url()}questions/", dict(begun.answers) | ANSWERS | {"ground": "work"})
    assert answer.status_code == 302 and answer.url.endswith("/form/")
    assert client.post(f"{begun.get_absolute_url()}confirm/").status_code == 422


def test_a_licence_that_is_held_is_not_asked_for() -> None:
    """Found: told, with where it is. Not found: it may be handed in, and must where no office is named."""
    row = {"code": "id_card", "name_zh": "身份证", "licence": "id_card", "held": "市人口库"}
    paper = {"value": "35****123", "source_title": {"zh": "居民库", "en": "Residents"}}
    assert settled(row, {"id_card": paper}) == {**row, "found": paper, "held": "居民库（35****123）"}
    assert settled(row, {})["optional"] and not settled(row, {})["held"]
    assert not settled({**row, "held": ""}, {})["optional"]
    assert settled({"code": "tax", "held": "税务库"}, {}) == {"code": "tax", "held": "税务库"}


def test_what_was_said_at_the_last_application_is_filled_in_and_may_be_changed(
    applied: Callable[..., Application], actor_of: Callable[[str], Actor]
) -> None:
    from ludao.blocks.form import public as forms

    sent = applied()
    subject = forms.Subject(person_id=sent.person_id)
    found = forms.prefill(forms.current("services.item.social_card"), actor_of("lilei"), subject, "试")
    assert (found["bank_of"].value, found["delivery"].value) == ("icbc", "counter")
    assert (found["bank_of"].source, found["bank_of"].is_locked) == ("before", False)
    assert "上次办理“社会保障卡补领" in str(found["bank_of"].source_title)
    assert not forms.prefill(
        forms.current("services.item.social_card"), actor_of("lilei"), forms.Subject(name="无人"), "试"
    ).get("delivery")
