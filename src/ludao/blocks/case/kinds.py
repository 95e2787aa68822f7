"""The kinds of cases that folders declare in their content/case.toml; nothing of a kind stands in this block's code.

["services.item.case"]
title = { zh = "政务服务办件", en = "Service application" }
number = "BJ{day}{seq:05}"      # day is 20261127, seq counts within what stands before it
accept_days = 5                 # working days in which it is accepted, refused or sent back
correction_days = 10            # working days that the applicant has to correct
legal_days = 20                 # unless whoever opens it says otherwise
amber_days = 1                  # working days before the end from which it is at risk
rated = true
apart = [["examine", "decide"]] # kinds of steps that one person may not both do
process = "services.item.simple"  # unless whoever opens it says otherwise; without one, `steps` are the way
term = "ten"                    # how long its papers are kept (block document)
tags = { fast = { zh = "办得快", en = "Fast" } }
reasons = { hearing = { zh = "听证", en = "Hearing", law = "《行政许可法》第四十五条" } }
states = { handling = { zh = "正在审查", en = "Being examined" } }
[["services.item.case".steps]]
key = "accept"
kind = "accept"
title = { zh = "受理", en = "Accept" }
role = "acceptor"
verbs = ["accept", "refuse", "correct"]
days = 2
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ludao.base import registry
from ludao.base.text import from_pair, t

Words = Mapping[str, str]
WORDS = {
    "title",
    "number",
    "accept_days",
    "correction_days",
    "legal_days",
    "legal_hours",
    "amber_days",
    "rated",
    "apart",
    "process",
    "form",
    "term",
    "tags",
    "reasons",
    "states",
    "steps",
    "owner",
}
STEP_KINDS: dict[str, str] = {
    "accept": t("受理", "Acceptance"),
    "examine": t("审查", "Examination"),
    "inspect": t("现场勘验", "Inspection"),
    "hear": t("听证", "Hearing"),
    "publish": t("公示", "Publication"),
    "decide": t("决定", "Decision"),
    "countersign": t("会签", "Countersigning"),
    "issue": t("制证送达", "Issue"),
    "handle": t("办理", "Handling"),
    "call_back": t("回访", "Call-back"),
}
# What a step may end in. `correct` leads nowhere in a drawing: the case waits for its applicant, then the step goes on.
SAID: dict[str, Words] = {
    "accept": {"zh": "予以受理", "en": "Accept"},
    "approve": {"zh": "同意", "en": "Approve"},
    "refuse": {"zh": "不同意", "en": "Refuse"},
    "done": {"zh": "完成", "en": "Done"},
    "pass": {"zh": "通过", "en": "Passed"},
    "fail": {"zh": "不通过", "en": "Failed"},
    "agree": {"zh": "同意", "en": "Agree"},
    "disagree": {"zh": "不同意", "en": "Disagree"},
    "correct": {"zh": "退回补正", "en": "Return for correction"},
    "back": {"zh": "退回上一步", "en": "Back one step"},
}
NOT_ACCEPTED: Words = {"zh": "不予受理", "en": "Refuse to accept"}


def outcomes(verbs: Sequence[str]) -> list[str]:
    """What a step may end in: asking for a correction ends none, the same step goes on afterwards."""
    return [verb for verb in verbs if verb != "correct"]


def said(kind: str, verb: str) -> Words:
    """What a step of this kind ends in, in both languages."""
    if kind == "accept" and verb == "refuse":
        return NOT_ACCEPTED
    return SAID.get(verb, {"zh": verb, "en": verb})


VERBS: dict[str, str] = {verb: t(words["zh"], words["en"]) for verb, words in SAID.items()}
# What a drawing offers that names no verbs.
OFFERED: dict[str, list[str]] = {
    "accept": ["accept", "refuse", "correct"],
    "examine": ["approve", "refuse", "correct"],
    "decide": ["approve", "refuse"],
    "countersign": ["agree", "disagree"],
}
REFUSALS = {"refuse", "fail", "disagree"}
REASONS: dict[str, Words] = {
    "hearing": {"zh": "举行听证", "en": "A hearing is held", "law": "《行政许可法》第四十五条"},
    "examination": {
        "zh": "检验、检测、检疫、鉴定",
        "en": "Test, quarantine or appraisal",
        "law": "《行政许可法》第四十五条",
    },
    "experts": {"zh": "专家评审", "en": "Experts' review", "law": "《行政许可法》第四十五条"},
    "auction": {"zh": "招标、拍卖", "en": "Tender or auction", "law": "《行政许可法》第四十五条"},
    "inspection": {
        "zh": "现场勘验需另行约定时间",
        "en": "An inspection has to be arranged",
        "law": "以公示的办事指南为准",
    },
    "force": {"zh": "不可抗力", "en": "Force majeure", "law": "《民法典》第一百八十条"},
    "applicant": {"zh": "申请人书面请求暂停", "en": "The applicant asks for it in writing", "law": "申请人书面请求"},
}
TAGS: dict[str, Words] = {
    "fast": {"zh": "办得快", "en": "Fast"},
    "clear": {"zh": "说得清", "en": "Clearly explained"},
    "kind": {"zh": "态度好", "en": "Kind"},
    "once": {"zh": "一次办成", "en": "Done in one go"},
    "slow": {"zh": "等得久", "en": "Slow"},
    "unclear": {"zh": "没讲清楚", "en": "Not explained"},
    "rude": {"zh": "态度不好", "en": "Unfriendly"},
    "again": {"zh": "反复跑动", "en": "Had to come again"},
}


@dataclass(frozen=True)
class StepKind:
    """One step of the plain way of a kind that has no drawn process."""

    key: str
    kind: str
    title: Words
    role: str
    verbs: tuple[str, ...] = ("done",)
    days: int = 0
    form: str = ""


@dataclass(frozen=True)
class Kind:
    """What a folder says of a kind of case."""

    address: str
    title: Words
    number: str
    accept_days: int = 5
    correction_days: int = 10
    legal_days: int = 20
    legal_hours: int = 0
    amber_days: int = 1
    rated: bool = True
    apart: tuple[tuple[str, str], ...] = ()
    process: str = ""
    form: str = ""
    term: str = "ten"
    owner: str = ""
    tags: Mapping[str, Words] = field(default_factory=lambda: TAGS)
    reasons: Mapping[str, Words] = field(default_factory=lambda: REASONS)
    states: Mapping[str, Words] = field(default_factory=dict)
    steps: tuple[StepKind, ...] = ()

    @property
    def words(self) -> str:
        return str(from_pair(dict(self.title)))


def get(address: str) -> Kind:
    """Raises LookupError for a kind that no folder declares."""
    try:
        return every()[address]
    except KeyError:
        raise LookupError(f"no content/case.toml declares the kind {address}") from None


def find(address: str) -> Kind | None:
    """A case may outlive the folder that declared its kind."""
    return every().get(address)


@cache
def every() -> dict[str, Kind]:
    """Read once a process, in the order of the manifests."""
    found: dict[str, Kind] = {}
    for manifest in registry.manifests():
        path = manifest.folder / "content" / "case.toml"
        if path.exists():
            found |= read(path, manifest.address)
    return found


def read(path: Path, owner: str) -> dict[str, Kind]:
    """Raises ValueError that names the file, the kind and what is wrong."""
    found = {}
    for address, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if fault := _fault(address, table, owner):
            raise ValueError(f"{path}: {address}: {fault}")
        found[address] = _kind(address, table)
    return found


def _kind(address: str, table: dict[str, Any]) -> Kind:
    steps = tuple(StepKind(**{**step, "verbs": tuple(step.get("verbs", ("done",)))}) for step in table.get("steps", ()))
    apart = tuple((str(one), str(other)) for one, other in table.get("apart", ()))
    return Kind(**{**table, "address": address, "steps": steps, "apart": apart})


def _fault(address: str, table: dict[str, Any], owner: str) -> str:
    if not address.startswith(f"{owner}."):
        return f"its address must begin with {owner}."
    if unknown := set(table) - WORDS:
        return f"unknown words: {', '.join(sorted(unknown))}; known: {', '.join(sorted(WORDS))}"
    if missing := {"title", "number"} - set(table):
        return f"missing: {', '.join(sorted(missing))}"
    if "{seq" not in table["number"]:
        return "number needs {seq}, as in BJ{day}{seq:05}"
    if not table.get("process") and not table.get("steps"):
        return "it needs a process or steps"
    for step in table.get("steps", ()):
        if lacking := {"key", "kind", "title", "role"} - set(step):
            return f"the step {step.get('key', '?')} lacks {', '.join(sorted(lacking))}"
        if strange := set(step.get("verbs", ())) - set(VERBS):
            return f"the step {step['key']} knows no verb {', '.join(sorted(strange))}"
    return ""


def choices() -> list[tuple[str, str]]:
    """For a filter by kind."""
    return [(address, from_pair(dict(kind.title))) for address, kind in every().items()]


def reason_choices() -> list[tuple[str, str]]:
    """Every legal reason for a stop, of any kind, each with its law."""
    known: dict[str, Words] = {**REASONS}
    for kind in every().values():
        known |= kind.reasons
    return [(key, t(f"{words['zh']}（{words.get('law', '')}）", words["en"])) for key, words in known.items()]
