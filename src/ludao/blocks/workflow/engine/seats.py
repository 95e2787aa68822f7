"""What a drawing says of each step for people: its words, whose it is, by when, what may come out, with which form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
LUDAO = "{https://ludao.dev/bpmn}"
PEOPLE = ("userTask", "manualTask", "task")


@dataclass(frozen=True)
class Seat:
    """`each` names the datum that lists the organisations of a countersigning, one instance for each."""

    step: str
    title_zh: str
    title_en: str
    lane: str = ""
    role: str = ""
    organisation: str = ""
    kind: str = ""
    verbs: tuple[str, ...] = ()
    form: str = ""
    days: int | None = None
    each: str = ""


def seats(tree: Any) -> Mapping[tuple[str, str], Seat]:
    """By the process or sub-process, and the step: a called drawing may use the same names again."""
    lanes = dict(_lanes(tree))
    return {
        (one.getparent().get("id"), one.get("id")): _seat(one, _around(one, lanes))
        for tag in PEOPLE
        for one in tree.iter(f"{BPMN}{tag}")
    }


def _around(task: Any, lanes: Mapping[str, list[Any]]) -> list[Any]:
    """The lanes of a step, or of the sub-process that it stands in."""
    while task is not None:
        if task.get("id") in lanes:
            return lanes[task.get("id")]
        task = task.getparent()
    return []


def _lanes(tree: Any) -> Iterator[tuple[str, list[Any]]]:
    """Each step with the lanes it stands in, the innermost first."""
    for lane in tree.iter(f"{BPMN}lane"):
        around = [lane, *(one for one in lane.iterancestors(f"{BPMN}lane"))]
        for ref in lane.findall(f"{BPMN}flowNodeRef"):
            yield (ref.text or "").strip(), around


def _seat(task: Any, lanes: list[Any]) -> Seat:
    zh = " ".join((task.get("name") or task.get("id")).split())
    days = task.get(f"{LUDAO}days", "")
    return Seat(
        step=task.get("id"),
        title_zh=zh[:200],
        title_en=(task.get(f"{LUDAO}en") or zh)[:300],
        lane=lanes[0].get("name", "") if lanes else "",
        role=_said("role", task, *lanes),
        organisation=_said("organisation", task, *lanes),
        kind=task.get(f"{LUDAO}kind", ""),
        verbs=tuple(verb.strip() for verb in task.get(f"{LUDAO}verbs", "").split(",") if verb.strip()),
        form=task.get(f"{LUDAO}form", ""),
        days=int(days) if days.isdigit() else None,
        each=task.get(f"{LUDAO}each", ""),
    )


def _said(name: str, *elements: Any) -> str:
    return next((said for one in elements if (said := one.get(f"{LUDAO}{name}", ""))), "")
