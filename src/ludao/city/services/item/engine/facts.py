"""What an item says as one document (its facts), what is missing in it, and which materials the answers ask for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ludao.base import conditions
from ludao.base.errors import LudaoError
from ludao.base.text import pick, t

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One thing that is missing or wrong, the field it is about, and whether it forbids publishing."""

    field: str
    text: str
    is_grave: bool = True


def findings(facts: Facts, forms: set[str], processes: set[str], results: set[str]) -> list[Finding]:
    """Nothing when the item may be published. `forms`, `processes` and `results` are those the house has.
    An item without form and process is a guide: it may be published, and is not applied for online."""
    return [
        *_said(facts),
        *_terms(facts),
        *_questions(facts),
        *_materials(facts),
        *_means(facts, forms, processes, results),
    ]


def _said(facts: Facts) -> Iterator[Finding]:
    asked = (
        ("basis", t("没有写设定依据", "No legal basis is given")),
        ("conditions", t("没有写申请条件", "No conditions are given")),
        ("results", t("没有写办理结果", "No result is given")),
        ("windows", t("没有写办理地点", "No place is given")),
    )
    for name, words in asked:
        if not facts.get(name):
            yield Finding(name, words, is_grave=is_online(facts) and name in ("basis", "results"))
    for number, basis in enumerate(facts.get("basis", ()), 1):
        if not basis.get("law"):
            yield Finding("basis", t(f"第 {number} 条依据没有写法律名称", f"Basis {number} names no law"))


def _terms(facts: Facts) -> Iterator[Finding]:
    legal, promised = facts.get("legal_days"), facts.get("promised_days")
    if promised is None:
        yield Finding("promised_days", t("没有写承诺时限", "No promised term is given"), is_grave=is_online(facts))
    elif legal is not None and promised > legal:
        yield Finding(
            "promised_days",
            t(f"承诺 {promised} 天，比法定 {legal} 天还长", f"{promised} days are promised, but the law gives {legal}"),
        )


def _questions(facts: Facts) -> Iterator[Finding]:
    for question in facts.get("questions", ()):
        if len(question.get("options", ())) < 2:
            yield Finding(
                "questions",
                t(
                    f"情形“{question.get('ask_zh') or question.get('code')}”至少要两个选项",
                    f"Question “{question.get('code')}” needs two options",
                ),
            )


def _materials(facts: Facts) -> Iterator[Finding]:
    known = {q.get("code") for q in facts.get("questions", ())}
    codes = [m.get("code") for m in facts.get("materials", ())]
    for code in {c for c in codes if codes.count(c) > 1}:
        yield Finding("materials", t(f"材料代码“{code}”重复", f"The code “{code}” is used twice"))
    for material in facts.get("materials", ()):
        try:
            strange = conditions.names(material["when"]) - known if material.get("when") else set()
        except LudaoError as error:
            yield Finding("materials", str(error))
            continue
        if strange:
            yield Finding(
                "materials",
                t(
                    f"材料“{material['name_zh']}”的条件用了没有的情形：{'、'.join(sorted(strange))}",
                    f"“{material['name_zh']}” depends on {', '.join(sorted(strange))}, not asked",
                ),
            )


def _means(facts: Facts, forms: set[str], processes: set[str], results: set[str]) -> Iterator[Finding]:
    form, process, result = facts.get("form"), facts.get("process"), facts.get("result")
    if bool(form) != bool(process):
        yield Finding(
            "process" if form else "form",
            t("网上申请要同时有表单和流程", "An online application needs a form and a process"),
        )
    if form and form not in forms:
        yield Finding("form", t(f"没有表单 {form}", f"There is no form {form}"))
    if process and process not in processes:
        yield Finding("process", t(f"没有流程 {process}", f"There is no process {process}"))
    if form and not result:
        yield Finding("result", t("没有选办理结果模板", "No template for the result is chosen"))
    elif result and result not in results:
        yield Finding("result", t(f"没有结果模板 {result}", f"There is no template {result}"))


def is_online(facts: Facts) -> bool:
    return bool(facts.get("form") and facts.get("process"))


def joined(facts: Facts) -> int:
    """How many items one application settles; 0 for an item by itself."""
    return len(facts.get("parts") or ())


def needed(facts: Facts, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The materials for these answers; one whose question is not answered yet is not asked for."""
    return [one for one in facts.get("materials", ()) if _applies(one.get("when", ""), answers)]


def settled(row: Mapping[str, Any], papers: Mapping[str, Any]) -> dict[str, Any]:
    """A material as it stands for one applicant: what is `found` is not asked; what is not may be handed in, and must
    where no office is named that holds it."""
    if not row.get("licence"):
        return dict(row)
    found = papers.get(row["licence"])
    if found:
        said = f"{found['source_title']['zh']}（{found['value']}）"
        return {**row, "found": found, "held": said}
    return {**row, "held": "", "is_sought": True, "optional": bool(row.get("optional") or row.get("held"))}


def _applies(when: str, answers: Mapping[str, Any]) -> bool:
    if not when:
        return True
    if conditions.names(when) - set(answers):
        return False
    return bool(conditions.value(when, answers))


def words(row: Mapping[str, Any], name: str) -> str:
    """The reader's words of a pair that stands as `name_zh` and `name_en`."""
    return pick(str(row.get(f"{name}_zh") or ""), str(row.get(f"{name}_en") or row.get(f"{name}_zh") or ""))
