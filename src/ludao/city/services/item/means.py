"""What an item is done with: the forms and processes of the house, and the sheets a result is set on."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from ludao.base.text import from_pair
from ludao.blocks.form import public as forms
from ludao.blocks.workflow import public as workflow

from .engine.facts import Finding
from .engine.facts import findings as judged
from .finding import CONTENT

NAMES = ("form", "process", "result")


@cache
def sheets() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = tomllib.loads((CONTENT / "results.toml").read_text(encoding="utf-8"))
    return table


def known() -> dict[str, dict[str, str]]:
    """What may be chosen: {form: {address: title}, process: {…}, result: {…}}."""
    return {
        "form": {f.address: str(f) for f in forms.Form.objects.filter(number__isnull=False)},
        "process": {d.address: str(d) for d in workflow.Definition.objects.filter(number__isnull=False)},
        "result": {name: from_pair(one["title"]) for name, one in sheets().items() if one.get("is_own")},
    }


def findings(facts: Mapping[str, Any]) -> list[Finding]:
    have = known()
    return judged(facts, set(have["form"]), set(have["process"]), set(have["result"]))
