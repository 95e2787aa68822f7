"""What the contract tests type into assessment's forms."""

from datetime import date
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation

from .models import Assessment, Mark, Objection


def _mark(actor: Actor | None = None) -> Mark:
    month = date(2020, 1, 1)
    assessment, _ = Assessment.objects.update_or_create(month=month, defaults={
        "state": Assessment.OPEN, "computed_at": clock.now()})
    code = getattr(actor, "organisation", "") or "xm-dsj"
    code = code if Organisation.objects.filter(pk=code).exists() else "xm-dsj"
    return Mark.objects.get_or_create(assessment=assessment, organisation_id=code, defaults={"place": 1})[0]


def _closing(_: Actor) -> dict[str, Any]:
    mark = _mark()
    Objection.objects.filter(mark=mark).delete()
    return {"assessment": mark.assessment}


EXAMPLES: dict[str, Any] = {
    "close": _closing,
    "object": lambda actor: {"mark": _mark(actor), "text": "统计口径需要说明"},
    "answer": lambda actor: {"objection": Objection.objects.create(mark=_mark(), text="有异议", by="测试"),
                             "answer": "已核对"},
}
