"""What an item is done with: the forms and processes of the house, and the sheets a result is set on."""

from collections.abc import Mapping
from typing import Any

from ludao.base.text import t

from .engine.facts import Finding
from .engine.facts import findings as judged
from .finding import CONTENT

NAMES = ("form", "process", "result")
# The sheets of content/*.typ, in words.
RESULTS: dict[str, str] = {
    "permit": t("准予行政许可决定书（许可证）", "Permit"),
    "certificate": t("证明（确认）书", "Certificate"),
    "notice": t("办理结果通知书", "Notice of the result"),
    "payment": t("待遇核定（拨付）通知书", "Notice of payment"),
    "one_thing": t("一件事联办结果通知书", "Joint result of one thing"),
}


def known() -> dict[str, dict[str, Any]]:
    """What may be chosen: {form: {address: title}, process: {…}, result: {…}}."""
    return {"form": {}, "process": {}, "result": dict(RESULTS)}


def findings(facts: Mapping[str, Any]) -> list[Finding]:
    have = known()
    return judged(facts, set(have["form"]), set(have["process"]), set(have["result"]))


def sheet(name: str) -> Any:
    return CONTENT / f"{name}.typ"
