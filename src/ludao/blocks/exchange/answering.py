"""The steward's answer to a changed schema becomes part of the contract, and the waiting deliveries go on."""

from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange import loading, sources
from ludao.blocks.exchange.contract import NAME, folded
from ludao.blocks.exchange.models import Delivery, Question, Source

IGNORE, ADD, REFUSE, KEEP = "ignore", "add", "refuse", "keep"


def answer(actor: Actor, question: Question, answers: dict[str, str], refuse: bool) -> None:
    """`answers`: for a new column the contract's column it is, or "add:<name>", or "ignore"; for a missing one
    "ignore" (it comes no more); for a changed one "keep" (its bad values go to quarantine) or "text"."""
    source = question.source
    if not refuse:
        sources.set_up(amended(source.contract, question, answers))
        source.refresh_from_db()
    question.answers = {**answers, **({"_": REFUSE} if refuse else {})}
    question.answered_at, question.answered_by = clock.now(), actor.name
    question.save(update_fields=["answers", "answered_at", "answered_by"])
    delivery = question.delivery
    delivery.state = Delivery.REFUSED if refuse else Delivery.WAITING
    if not refuse and any(value == KEEP for value in answers.values()):
        delivery.found = {**delivery.found, "as_it_is": True}
    delivery.save(update_fields=["state", "found"])
    if not source.questions.filter(answered_at=None).exists():
        Source.objects.filter(pk=source.pk).update(state=Source.ACTIVE)
        source.state = Source.ACTIVE
        loading.run_waiting(actor, source)


def amended(contract: dict[str, Any], question: Question, answers: dict[str, str]) -> dict[str, Any]:
    """The contract with the answers in it. Raises Problem while something is left open."""
    columns = {name: dict(column) for name, column in contract["columns"].items()}
    ignored = [*contract.get("ignored", [])]
    taken = {value for value in answers.values() if value in columns}
    for one in question.new:
        _place(columns, ignored, one, answers.get(one["name"], ""))
    for name in question.missing:
        if name in taken:
            continue
        if answers.get(name) != IGNORE:
            raise Problem(t(f"列“{name}”没有了，请答复", f"Column {name} is missing: say what to do"), field=name)
        if columns[name].get("required") or name in contract.get("key", ()):
            raise Problem(t(f"“{name}”是必需的列，不能略去", f"{name} is needed and cannot be left out"), field=name)
        ignored.append(name)
    for one in question.changed:
        if answers.get(one["name"]) == "text":
            raise Problem(
                t("类型要改，请以新列名接入", "For another type take it as a new column"), field=one["name"]
            )
    return {**contract, "columns": columns, "ignored": sorted(set(ignored))}


def _place(columns: dict[str, Any], ignored: list[str], new: dict[str, Any], said: str) -> None:
    name = new["name"]
    if said == IGNORE:
        ignored.append(name)
    elif said in columns:
        columns[said]["aliases"] = [*columns[said].get("aliases", []), name]
    elif said.startswith(f"{ADD}:") and NAME.fullmatch(said[4:]) and said[4:] not in columns:
        columns[said[4:]] = {
            "zh": name,
            "en": said[4:].replace("_", " ").capitalize(),
            "type": new.get("type", "text"),
            "means": "",
            "grade": "sensitive",
            "aliases": [name],
        }
    else:
        raise Problem(t(f"多出的列“{name}”请答复", f"Say what the new column {name} is"), field=name)


def suggested(question: Question) -> dict[str, str]:
    """What the page proposes: the column it looks like, else a column of its own."""
    proposed: dict[str, str] = {}
    columns = {folded(name) for name in question.source.contract["columns"]}
    for one in question.new:
        like = next(
            (c["column"] for c in one.get("like", []) if c["share"] >= 0.5 and c["column"] not in proposed.values()),
            "",
        )
        proposed[one["name"]] = like or f"{ADD}:{latin(one['name'], columns)}"
    for name in question.missing:
        if name not in proposed.values():
            proposed[name] = IGNORE
    return proposed | {one["name"]: KEEP for one in question.changed}


def latin(name: str, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """A column's name in small Latin letters, from Chinese by its sounds."""
    import re

    from pypinyin import lazy_pinyin

    parts = re.findall(r"[a-z0-9]+", "_".join(lazy_pinyin(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))).lower())
    made = "_".join(parts)[:50].strip("_") or "column"
    made = made if made[0].isalpha() else f"c_{made}"
    number, free = 2, made
    while folded(free) in taken:
        free, number = f"{made}_{number}", number + 1
    return free
