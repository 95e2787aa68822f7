"""Rules that a contract implies: what is required is there, what has a form has it."""

from collections.abc import Iterator, Mapping
from typing import Any

from ludao.blocks.catalogue.entries import Entry, Rule


def implied(entry: Entry, contract: Mapping[str, Any]) -> Iterator[Rule]:
    for name, said in contract.get("columns", {}).items():
        zh, en = said.get("zh") or name, said.get("en") or name
        if said.get("required"):
            yield _rule(entry, f"{name}_required", "completeness", f"“{zh}”不缺", f"{en} is given",
                        f"{name} is not null")
        if form := forms(name, said):
            yield _rule(entry, f"{name}_form", "validity", f"“{zh}”格式正确", f"{en} is well-formed", form)


def _rule(entry: Entry, name: str, kind: str, zh: str, en: str, says: str) -> Rule:
    return Rule(entry=entry, name=name, zh=zh, en=en, kind=kind, says=says, is_implied=True)


def forms(name: str, said: Mapping[str, Any]) -> str:
    """The condition that values of this meaning meet; empty where any value will do. An empty value is not asked."""
    if said.get("type", "text") != "text":
        return f"{name} >= 0" if said.get("means") == "money" else ""
    form = _FORMS.get(said.get("means", ""), "")
    return form.format(name)


_FORMS = {
    "id_number": "is_id_number({})",
    "credit_code": "is_credit_code({})",
    "phone": "is_phone({})",
    "area_code": "length({}) in (6, 9, 12)",
    "month": "length({0}) = 7 and substring({0}, 5, 1) = '-'",
}
