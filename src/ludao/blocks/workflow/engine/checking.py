"""Looks a drawing over before anybody relies on it, and says in plain words what is to be mended, and where."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ludao.base import conditions
from ludao.base.errors import LudaoError
from ludao.base.text import t

from . import timers
from .reading import calls, drawing, xml
from .seats import BPMN, LUDAO, PEOPLE, Seat, seats

TIMES = ("timeDuration", "timeDate", "timeCycle")
UNSUPPORTED = {
    "complexGateway": t("复杂网关", "a complex gateway"),
    "scriptTask": t("脚本任务", "a script task"),
    "transaction": t("事务子流程", "a transaction"),
}
APPLICANT = "applicant"
OUTCOME = re.compile(r"^(?P<step>\w+?)_outcomes?$")


@dataclass(frozen=True)
class Finding:
    """What is to be mended, and the element of the drawing that it is about. A hint does not keep it from use."""

    element: str
    text: str
    is_hint: bool = False


@dataclass(frozen=True)
class Known:
    """What the house has; what is None is not asked."""

    roles: Collection[str] | None = None
    actions: Collection[str] | None = None
    tables: Collection[str] | None = None
    processes: Collection[str] | None = None
    organisations: Collection[str] | None = None
    forms: Collection[str] | None = None


def check(text: str, known: Known = Known(), called: tuple[tuple[str, str], ...] = ()) -> list[Finding]:
    """Nothing when the drawing is ready. Raises Problem when it is no drawing at all."""
    tree = xml(text)
    found = [*_unsupported(tree), *_ends(tree), *_conditions(tree), *_times(tree), *_named(tree, text, known)]
    found += [*_lanes(tree, known), *_terms(tree), *_words(tree)]
    if not any(not one.is_hint for one in found):
        try:
            drawing(text, called=called)
        except LudaoError as error:
            found.append(Finding("", str(error)))
    return found


def _called(element: Any) -> str:
    return str(element.get("name") or element.get("id"))


def _unsupported(tree: Any) -> Iterator[Finding]:
    for tag, word in UNSUPPORTED.items():
        for one in tree.iter(f"{BPMN}{tag}"):
            yield Finding(one.get("id", ""), t(f"不能执行{word}", f"Cannot run {word}"))
    if not tree.findall(f"{BPMN}process"):
        yield Finding("", t("流程图中没有流程", "The drawing holds no process"))
    for process in tree.findall(f"{BPMN}process"):
        if process.get("isExecutable", "true") != "true" and len(tree.findall(f"{BPMN}process")) == 1:
            yield Finding(process.get("id"), t("流程标明为不可执行", "The process says that it is not executable"))


def _ends(tree: Any) -> Iterator[Finding]:
    """Each step lies on a way from a start to an end."""
    undone = {one.get("targetRef") for one in tree.iter(f"{BPMN}association")}
    for process in [*tree.iter(f"{BPMN}process"), *tree.iter(f"{BPMN}subProcess")]:
        flows = [(f.get("sourceRef"), f.get("targetRef")) for f in process.findall(f"{BPMN}sequenceFlow")]
        guards = [(b.get("attachedToRef"), b.get("id")) for b in process.findall(f"{BPMN}boundaryEvent")]
        flows += list(_links(process))
        starts = {e.get("id") for e in process.findall(f"{BPMN}startEvent")}
        ends = {e.get("id") for e in process.findall(f"{BPMN}endEvent")}
        nodes = [one for one in process if _is_node(one) and one.get("id") not in undone]
        if nodes and not starts and process.tag == f"{BPMN}process":
            yield Finding(process.get("id"), t("流程没有开始", "The process has no start"))
        reached = _reach(starts, flows + guards)
        leading = _reach(ends, [(b, a) for a, b in flows])
        for node in nodes:
            name = _called(node)
            if node.get("id") not in reached:
                yield Finding(node.get("id"), t(f"“{name}”走不到", f"“{name}” is never reached"))
            elif node.get("id") not in leading and node.find(f"{BPMN}compensateEventDefinition") is None:
                yield Finding(node.get("id"), t(f"“{name}”走不到结束", f"From “{name}” no end is reached"))


def _links(process: Any) -> Iterator[tuple[str, str]]:
    for throw in process.findall(f"{BPMN}intermediateThrowEvent"):
        for link in throw.findall(f"{BPMN}linkEventDefinition"):
            for catch in process.findall(f"{BPMN}intermediateCatchEvent"):
                if any(o.get("name") == link.get("name") for o in catch.findall(f"{BPMN}linkEventDefinition")):
                    yield throw.get("id"), catch.get("id")


def _is_node(element: Any) -> bool:
    tag = str(element.tag).removeprefix(BPMN)
    is_step = tag.lower().endswith(("task", "event", "gateway", "subprocess", "callactivity"))
    return is_step and element.get("triggeredByEvent") != "true" and element.get("isForCompensation") != "true"


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
    for many in tree.iter(f"{BPMN}multiInstanceLoopCharacteristics"):
        for said in [*many.findall(f"{BPMN}loopCardinality"), *many.findall(f"{BPMN}completionCondition")]:
            yield from _readable(many.getparent(), said.text or "")
    for gateway in [*tree.iter(f"{BPMN}exclusiveGateway"), *tree.iter(f"{BPMN}inclusiveGateway")]:
        out = [f for f in tree.iter(f"{BPMN}sequenceFlow") if f.get("sourceRef") == gateway.get("id")]
        for flow in out if len(out) > 1 else []:
            if flow.find(f"{BPMN}conditionExpression") is None and flow.get("id") != gateway.get("default"):
                name = _called(gateway)
                yield Finding(
                    flow.get("id"), t(f"“{name}”的一个出口没有条件", f"A way out of “{name}” has no condition")
                )
        if len(out) > 1 and not gateway.get("default") and not any(map(_is_always, out)):
            name = _called(gateway)
            zh, en = f"“{name}”没有默认出口：都不符合时流程受阻", f"“{name}” has no default way and may get stuck"
            yield Finding(gateway.get("id"), t(zh, en), is_hint=True)


def _is_always(flow: Any) -> bool:
    """A way that is taken whatever holds, beside others of an inclusive gateway."""
    said = flow.find(f"{BPMN}conditionExpression")
    return said is not None and (said.text or "").strip() in ("true", "True")


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


def _named(tree: Any, text: str, known: Known) -> Iterator[Finding]:
    """What a drawing names must be in the house."""
    for task in tree.iter(f"{BPMN}serviceTask"):
        address, name = task.get("implementation", ""), _called(task)
        if not address or (known.actions is not None and address not in known.actions):
            yield Finding(task.get("id"), t(f"“{name}”没有可用的动作", f"“{name}” names no action of the house"))
        for given in task.iter(f"{LUDAO}parameter"):
            yield from _readable(task, given.get("value", ""))
    for task in tree.iter(f"{BPMN}businessRuleTask"):
        address, name = task.get(f"{LUDAO}table", "").partition("#")[0], _called(task)
        if not address or (known.tables is not None and address not in known.tables):
            yield Finding(task.get("id"), t(f"“{name}”没有可用的决策表", f"“{name}” names no decision table in force"))
    for seat in seats(tree).values():
        if seat.form and known.forms is not None and seat.form not in known.forms:
            zh = f"“{seat.title_zh}”的表单“{seat.form}”不存在或没有发布"
            yield Finding(seat.step, t(zh, f"“{seat.title_zh}”: no form “{seat.form}” is published"))
    outside = calls(text)
    for task in tree.iter(f"{BPMN}callActivity"):
        address, name = task.get("calledElement") or "", _called(task)
        is_missing = known.processes is not None and address in outside and address not in known.processes
        if not address or is_missing:
            yield Finding(task.get("id"), t(f"“{name}”没有可用的流程", f"“{name}” calls no process in force"))


def _lanes(tree: Any, known: Known) -> Iterator[Finding]:
    """Each step for people is somebody's."""
    for seat in seats(tree).values():
        if not seat.lane and not seat.role:
            name = seat.title_zh
            yield Finding(seat.step, t(f"“{name}”不在任何泳道中", f"“{name}” stands in no lane"))
    for lane in tree.iter(f"{BPMN}lane"):
        if lane.find(f"{BPMN}childLaneSet") is not None:
            continue
        role, name = lane.get(f"{LUDAO}role", ""), _called(lane)
        above = [one.get(f"{LUDAO}role") for one in lane.iterancestors(f"{BPMN}lane")]
        role = role or next((one for one in above if one), "")
        if not role and _has_people(tree, lane):
            yield Finding(lane.get("id"), t(f"泳道“{name}”没有角色", f"The lane “{name}” has no role"))
        elif role and known.roles is not None and role not in (*known.roles, APPLICANT):
            said = t(f"泳道“{name}”的角色“{role}”不存在", f"The lane “{name}”: there is no role “{role}”")
            yield Finding(lane.get("id"), said)
        code = lane.get(f"{LUDAO}organisation", "")
        if code and known.organisations is not None and code not in known.organisations:
            yield Finding(lane.get("id"), t(f"没有机构“{code}”", f"There is no organisation “{code}”"))


def _has_people(tree: Any, lane: Any) -> bool:
    held = {(ref.text or "").strip() for ref in lane.findall(f"{BPMN}flowNodeRef")}
    people = [one for tag in PEOPLE for one in tree.iter(f"{BPMN}{tag}")]
    return any(one.get("id") in held and not one.get(f"{LUDAO}role") for one in people)


def _terms(tree: Any) -> Iterator[Finding]:
    """Each step for people has a term, or a timer at its border."""
    timed = {
        guard.get("attachedToRef")
        for guard in tree.iter(f"{BPMN}boundaryEvent")
        if guard.find(f"{BPMN}timerEventDefinition") is not None
    }
    for seat in seats(tree).values():
        if seat.days is None and seat.step not in timed:
            yield Finding(seat.step, t(f"“{seat.title_zh}”没有时限", f"“{seat.title_zh}” has no term"))


def _words(tree: Any) -> Iterator[Finding]:
    """Outcomes that conditions ask for are offered by a step."""
    known: dict[str, Seat] = {seat.step: seat for seat in seats(tree).values()}
    for flow in tree.iter(f"{BPMN}sequenceFlow"):
        said = flow.find(f"{BPMN}conditionExpression")
        if said is None or not said.text:
            continue
        try:
            names = conditions.names(said.text)
        except LudaoError:
            continue
        for name in names:
            found = OUTCOME.match(name)
            if found and name != "outcome" and found["step"] not in known:
                step = found["step"]
                zh, en = f"条件用到的环节“{step}”不在图中", f"The condition asks for “{step}”, which is not drawn"
                yield Finding(flow.get("id"), t(zh, en))
            elif found and not known[found["step"]].verbs:
                title = known[found["step"]].title_zh
                hint = t(f"“{title}”没有列出可选结果", f"“{title}” lists no outcomes")
                yield Finding(found["step"], hint, is_hint=True)
            elif not found and not any(seat.form for seat in known.values()):
                zh = f"条件用到“{name}”：没有环节的结果或表单给出它，发起时不给就会受阻"
                en = f"The condition asks for “{name}”: no outcome, no form gives it: it must be there at once"
                yield Finding(flow.get("id"), t(zh, en), is_hint=True)
