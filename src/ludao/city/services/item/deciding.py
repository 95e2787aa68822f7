"""What a case's end brings: the result is set, sealed and kept with the case, in the same transaction; receipts."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import qrcode
import qrcode.image.svg
from django.conf import settings

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.masks import mask
from ludao.base.text import from_pair
from ludao.blocks.case import public as cases
from ludao.blocks.case.public import Case
from ludao.blocks.document import public as document
from ludao.blocks.form import public as forms
from ludao.blocks.seal import public as seal

from . import means
from .finding import CONTENT
from .models import Application, Version
from .models.applying import KIND

RESULT, RECEIPT = CONTENT / "result.typ", CONTENT / "receipt.typ"
WORDS = {"accept": "受理", "approve": "同意", "refuse": "不同意", "done": "完成", "pass": "通过", "fail": "不通过"}
MOST_ROWS = 24


@cases.on(KIND, "decided")
def decided(actor: Actor, case: Case) -> None:
    """The sheet that the item names where it is granted; the denial with its reason where it is not."""
    application = _of(case)
    if application:
        name = str(application.version.fact("result", "notice")) if case.decision == Case.GRANTED else "denial"
        _issue(actor, application, case, name)


@cases.on(KIND, "closed")
def closed(actor: Actor, case: Case) -> None:
    application = _of(case)
    if application is None:
        return
    if case.ending == Case.NOT_ACCEPTED and application.result is None:
        _issue(actor, application, case, "not_accepted")
    application.outcome, application.closed_at = case.ending, clock.now()
    application.save(update_fields=["outcome", "closed_at"])


def _of(case: Case) -> Application | None:
    return Application.objects.select_related("item", "version", "organisation").filter(case=case.pk).first()


def _issue(actor: Actor, application: Application, case: Case, name: str) -> None:
    sheet = means.sheets()[name]
    office = application.organisation.name
    data = _data(application, case, sheet, office)
    title = f"{case.title}{sheet['title']['zh']}"
    signed = seal.sign_pdf(
        document.typeset(RESULT, data),
        organisation=application.organisation_id,
        reason=title,
        actor=actor,
        about=f"case:{case.pk}",
        title=title,
    )
    kept = document.keep(
        actor,
        signed,
        f"{case.number}.pdf",
        title=title,
        about=f"case:{case.pk}",
        organisation=application.organisation_id,
        term="permanent",
    )
    application.result = kept.pk
    application.save(update_fields=["result"])


def sample(version: Version) -> bytes:
    """The sheet of a version as it would be, in nobody's name and without a seal."""
    sheet, item = means.sheets()[str(version.fact("result") or "notice")], version.item
    office, today = item.organisation.name, _day(clock.now())
    said = {"applied": today, "item": item.name_zh, "basis": _basis(version), "office": office, "reason": "……"}
    verify = f"{_origin()}/seal/verify/"
    rows = []
    if address := version.facts.get("form"):
        rows = [{"title": from_pair(one.title), "value": "……"} for _, one in forms.current(address).design.walk()]
    return document.typeset(RESULT, {
        "head": f"{sheet['head']}（样张）", "number": "样张", "office": office, "day": today, "applicant": "……",
        "opening": sheet["opening"].format(**said), "closing": sheet["closing"].format(**said),
        "rows": rows[:MOST_ROWS],
        "parts": [{"office": one.get("note_zh", ""), "title": one.get("name_zh", ""), "outcome": "……", "opinion": "……"}
                  for one in version.facts.get("parts") or ()],
        "opinion": "……", "qr": qr(verify), "verify": verify,
    })  # fmt: skip


def _data(application: Application, case: Case, sheet: Mapping[str, Any], office: str) -> dict[str, Any]:
    said = {
        "applied": _day(case.opened_at),
        "item": case.title,
        "basis": _basis(application.version),
        "office": office,
        "reason": _reason(case),
    }
    verify = f"{_origin()}/seal/verify/"
    return {
        "head": sheet["head"],
        "number": case.number,
        "office": office,
        "day": _day(clock.now()),
        "applicant": case.applicant,
        "opening": sheet["opening"].format(**said),
        "closing": sheet["closing"].format(**said),
        "rows": _rows(case),
        "parts": _parts(case) if application.version.facts.get("parts") else [],
        "opinion": _opinion(case),
        "qr": qr(verify),
        "verify": verify,
    }


def _basis(version: Version) -> str:
    named = [f"《{one['law']}》{one.get('article', '')}" for one in version.facts.get("basis", ())[:4]]
    return "、".join(named) or "有关规定"


def _rows(case: Case) -> list[dict[str, str]]:
    """What was asked for, in words; numbers of persons and accounts are masked: the sheet goes from hand to hand."""
    rows = []
    for section in cases.facts(case, unmask=True):
        for fact in section["facts"]:
            value = str(fact.get("value") or "")
            if value and fact.get("path") not in ("promise", "note"):
                rows.append({"title": str(fact["title"]), "value": _masked(str(fact.get("kind")), value)})
    return rows[:MOST_ROWS]


def _masked(kind: str, value: str) -> str:
    masks = {"id_number": "id_number", "bank_account": "bank_card", "phone": "phone"}
    return mask(masks[kind], value) if kind in masks else value


def _parts(case: Case) -> list[dict[str, str]]:
    """What each department decided of one thing."""
    done = case.tasks.filter(kind="examine", state="closed").select_related("organisation").order_by("pk")
    return [
        {
            "office": task.organisation.name,
            "title": task.title,
            "outcome": WORDS.get(task.outcome, task.outcome),
            "opinion": task.opinion,
        }
        for task in done
    ]


def _opinion(case: Case) -> str:
    last = case.tasks.filter(kind="decide", state="closed").order_by("-closed_at").first()
    return str(last.opinion) if last else ""


def _reason(case: Case) -> str:
    said = case.tasks.filter(outcome__in=("refuse", "fail")).exclude(opinion="").order_by("-closed_at").first()
    return str(said.opinion) if said else "见审批意见"


def _day(at: datetime) -> str:
    day = clock.day_of(at)
    return f"{day.year}年{day.month}月{day.day}日"


def _origin() -> str:
    return str(next(iter(getattr(settings, "CSRF_TRUSTED_ORIGINS", None) or []), "https://ludao.example"))


def qr(text: str) -> str:
    """An SVG of the code, for paper."""
    out = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=10, border=1).save(out)
    return out.getvalue().decode()


def receipt(application: Application, case: Case, url: str) -> bytes:
    """What the applicant takes along: printed at the counter or saved on a telephone."""
    rows = [
        ("办件编号", case.number),
        ("事项", case.title),
        ("申请人", case.applicant),
        ("实施机构", application.organisation.name),
        ("提交时间", f"{clock.day_of(case.opened_at)} {case.opened_at.astimezone(clock.SHANGHAI):%H:%M}"),
        ("承诺时限", f"{case.promised_days} 个工作日" if case.promised_days else "即办"),
        ("渠道", str(case.get_channel_display())),
    ]
    if application.clerk:
        rows.append(("窗口经办", application.clerk))
    papers = [{"title": one.title, "state": str(one.get_state_display())} for one in case.materials.order_by("pk")]
    data = {
        "rows": [{"title": title, "value": value} for title, value in rows],
        "papers": papers,
        "number": case.number,
        "office": application.organisation.name,
        "day": _day(case.opened_at),
        "qr": qr(url),
        "url": url,
    }
    return document.typeset(RECEIPT, data)


__all__ = ["qr", "receipt"]
