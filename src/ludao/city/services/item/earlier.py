"""What somebody said when they applied last: a source of forms, so that nobody says again how to be paid or reached.

A form names it as any source, `"x-from": {"source": "before", "field": "account"}`. A value is carried from an earlier
application to a later one where both forms name the same field of this source; it may be changed. Who never said it
is asked nothing either where the city knows: it pays to the account of the social-security card, and draws from the
one from which taxes are drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.text import t
from ludao.blocks.case import public as cases
from ludao.blocks.form import public as forms
from ludao.blocks.identity.public import people_by_id_number

from .models import Application

SOURCE = "before"
LOOKED_AT = 10  # applications, the newest first: what stands in none of them was never said lately
FIELDS = {
    "delivery": t("领取方式", "How to receive it"),
    "account": t("收款银行卡号", "Bank card to be paid"),
    "bank": t("开户银行", "Bank"),
    "pay_account": t("单位银行账号", "The enterprise's bank account"),
    "card_bank": t("社保卡服务银行", "Bank of the social-security card"),
    "premises_m2": t("经营场所面积", "Floor area of the premises"),
    "premises_floor": t("经营场所所在楼层", "Floor of the premises"),
    "premises_exits": t("经营场所安全出口数", "Exits of the premises"),
    "food_manager": t("食品安全管理人员", "In charge of food safety"),
    "food_certificate": t("食品安全管理员考核合格证号", "Certificate of whoever is in charge of food safety"),
}


KNOWN = {"person": {"account": "card_account", "bank": "card_bank", "card_bank": "card_bank"},
         "enterprise": {"pay_account": "tax_account", "bank": "tax_bank"}}


@forms.source(SOURCE, t("上次办理", "Last application"), FIELDS)
def before(actor: Actor, subject: forms.Subject, fields: Sequence[str], purpose: str) -> Mapping[str, forms.Filled]:
    """Of each field the newest value among the last applications; with the item and the day it was said for."""
    found = _known(actor, subject, fields, purpose)
    sent = _sent(subject)
    told: set[str] = set()
    known = cases.Case.objects.in_bulk([one.case for one in sent])
    for one in sent:
        case = known.get(one.case)
        if case is None or told >= set(fields):
            continue
        day = str(clock.day_of(one.sent_at)) if one.sent_at else ""
        words = t(f"上次办理“{one.item.name_zh}”", f"Your application “{one.item.name_en or one.item.name_zh}”")
        for field, value in _said(case):
            if field in fields and field not in told:
                found[field] = forms.Filled(value, SOURCE, words, day)
                told.add(field)
    return found


def _known(actor: Actor, subject: forms.Subject, fields: Sequence[str], purpose: str) -> dict[str, forms.Filled]:
    """A person's own; an enterprise is not paid to its representative's card."""
    name = "enterprise" if subject.enterprise_code else "person"
    asked = {field: held for field, held in KNOWN[name].items() if field in fields}
    given = forms.sources()[name].fetch(actor, subject, [*asked.values()], purpose) if asked else {}
    return {field: given[held] for field, held in asked.items() if held in given}


def _sent(subject: forms.Subject) -> list[Application]:
    rows = Application.objects.select_related("item").filter(state=Application.SENT, case__isnull=False)
    if subject.enterprise_code:
        rows = rows.filter(enterprise=subject.enterprise_code)
    else:
        pk = subject.person_id or next(iter(people_by_id_number([subject.id_number]).values()), None)
        if not pk:
            return []
        rows = rows.filter(person=pk, enterprise="")
    return list(rows.order_by("-id")[:LOOKED_AT])


def _said(case: cases.Case) -> Iterable[tuple[str, Any]]:
    if not case.form:
        return
    for path, one in forms.version(case.form).design.walk():
        if one.taken and one.taken.source == SOURCE and "*" not in path:
            value: Any = case.data
            for part in path.split("."):
                value = value.get(part) if isinstance(value, Mapping) else None
            if value not in (None, ""):
                yield one.taken.field, value
