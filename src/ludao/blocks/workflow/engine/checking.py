"""Looks a drawing over before anybody relies on it, and says in plain words what is to be mended, and where."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ludao.base import conditions
from ludao.base.errors import LudaoError
from ludao.base.text import t

from . import timers
from .reading import drawing, xml
from .seats import BPMN, PEOPLE

TIMES = ("timeDuration", "timeDate", "timeCycle")
UNSUPPORTED = {
    "compensateEventDefinition": t("补偿事件", "compensation"),
    "complexGateway": t("复杂网关", "a complex gateway"),
    "linkEventDefinition": t("链接事件", "a link event"),
    "scriptTask": t("脚本任务", "a script task"),
}


@dataclass(frozen=True)
class Finding:
    """What is to be mended, and the element of the drawing that it is about."""

    element: str
    text: str


def check(text: str, lanes: Collection[str] | None = None, actions: Collection[str] | None = None) -> list[Finding]:
    """Nothing when the drawing is ready. `lanes` are those that are staffed, `actions` the addresses of the house.
    Raises Problem when it is no drawing at all."""
    tree = xml(text)
    found = [*_unsupported(tree), *_ends(tree), *_conditions(tree), *_times(tree), *_services(tree, actions)]
    found += _lanes(tree, lanes)
    if not found:
        try:
            drawing(text)
        except LudaoError as error:
            found.append(Finding("", str(error)))
    return found


def _called(element: Any) -> str:
    return str(element.get("name") or element.get("id"))


def _unsupported(tree: Any) -> Iterator[Finding]:
    for tag, word in UNSUPPORTED.items():
        for one in tree.iter(f"{BPMN}{tag}"):
            yield Finding(one.get("id", ""), t(f"不能执行{word}", f"Cannot run {word}"))


def _ends(tree: Any) -> Iterator[Finding]:
    """Each step lies on a way from a start to an end."""
    for process in [*tree.iter(f"{BPMN}process"), *tree.iter(f"{BPMN}subProcess")]:
        flows = [(f.get("sourceRef"), f.get("targetRef")) for f in process.findall(f"{BPMN}sequenceFlow")]
        guards = [(b.get("attachedToRef"), b.get("id")) for b in process.findall(f"{BPMN}boundaryEvent")]
        starts = {e.get("id") for e in process.findall(f"{BPMN}startEvent")}
        ends = {e.get("id") for e in process.findall(f"{BPMN}endEvent")}
        reached = _reach(starts, flows + guards)
        leading = _reach(ends, [(b, a) for a, b in flows])
        for node in (one for one in process if _is_node(one)):
            if node.get("id") not in reached:
                yield Finding(node.get("id"), t(f"“{_called(node)}”走不到", f"“{_called(node)}” is never reached"))
            elif node.get("id") not in leading:
                yield Finding(
                    node.get("id"), t(f"“{_called(node)}”走不到结束", f"From “{_called(node)}” no end is reached")
                )


def _is_node(element: Any) -> bool:
    tag = str(element.tag).removeprefix(BPMN)
    is_step = tag.lower().endswith(("task", "event", "gateway", "subprocess", "callactivity"))
    return is_step and element.get("triggeredByEvent") != "true"


def _reach(begun: set[str], ways: list[tuple[str, str]]) -> set[str]:
    reached, fresh = set(begun), set(begun)
    while fresh:
        fresh = {b for a, b in ways if a in fresh} - reached
        reached |= fresh
    return reached


def _conditions(tree: Any) -> Iterator[Finding]:
    for flow in tree.iter(f"{BPMN}sequenceFlow"):
        said = flow.find(f"{BPMN}conditionExpression")
        if said is not None:
            yield from _readable(flow, said.text or "")
    for gateway in [*tree.iter(f"{BPMN}exclusiveGateway"), *tree.iter(f"{BPMN}inclusiveGateway")]:
        out = [f for f in tree.iter(f"{BPMN}sequenceFlow") if f.get("sourceRef") == gateway.get("id")]
        for flow in out if len(out) > 1 else []:
            if flow.find(f"{BPMN}conditionExpression") is None and flow.get("id") != gateway.get("default"):
                name = _called(gateway)
                yield Finding(
                    flow.get("id"), t(f"“{name}”的一个出口没有条件", f"A way out of “{name}” has no condition")
                )


def _readable(element: Any, text: str) -> Iterator[Finding]:
    try:
        conditions.read(text)
    except LudaoError as error:
        yield Finding(element.get("id", ""), str(error))


def _times(tree: Any) -> Iterator[Finding]:
    for timer in tree.iter(f"{BPMN}timerEventDefinition"):
        said = "".join((one.text or "").strip() for tag in TIMES for one in timer.iter(f"{BPMN}{tag}"))
        name = _called(timer.getparent())
        if not said:
            yield Finding(timer.getparent().get("id"), t(f"“{name}”没有写时限", f"“{name}” has no deadline"))
        elif not conditions.TIME.match(said) and not timers.WORKING_DAYS.match(said):
            yield from _readable(timer.getparent(), said)


def _services(tree: Any, actions: Collection[str] | None) -> Iterator[Finding]:
    for task in tree.iter(f"{BPMN}serviceTask"):
        address = task.get("implementation", "")
        if not address or (actions is not None and address not in actions):
            yield Finding(
                task.get("id"), t(f"“{_called(task)}”没有可用的动作", f"“{_called(task)}” names no action of the house")
            )


def _lanes(tree: Any, staffed: Collection[str] | None) -> Iterator[Finding]:
    held = {ref.text for lane in tree.iter(f"{BPMN}lane") for ref in lane.findall(f"{BPMN}flowNodeRef")}
    for tag in PEOPLE:
        for task in tree.iter(f"{BPMN}{tag}"):
            if task.get("id") not in held and task.getparent().tag == f"{BPMN}process":
                name = _called(task)
                yield Finding(task.get("id"), t(f"“{name}”不在任何泳道中", f"“{name}” stands in no lane"))
    for lane in tree.iter(f"{BPMN}lane"):
        if staffed is not None and lane.get("name") not in staffed:
            name = _called(lane)
            yield Finding(
                lane.get("id"), t(f"泳道“{name}”没有对应的角色", f"The lane “{name}” is no role of the house")
            )
