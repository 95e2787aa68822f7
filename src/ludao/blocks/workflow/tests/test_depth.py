"""What drawings may hold beyond the plain: calls, compensation, votes that end early, loops, links, split ways."""

import json
from typing import Any

import pytest

from ludao.base.errors import Conflict, Problem
from ludao.blocks.workflow.engine.reading import Drawing, drawing
from ludao.blocks.workflow.engine.running import House, Run
from ludao.blocks.workflow.engine.storing import load, save


def drawn(body: str, *flows: str, called: tuple[tuple[str, str], ...] = (), top: str = "") -> Drawing:
    """Elements, and flows written `a>b` or `a>b if condition`."""
    said = ""
    for number, flow in enumerate(flows):
        way, _, condition = flow.partition(" if ")
        source, target = way.split(">")
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        said += f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
    text = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:l="https://ludao.dev/bpmn">'
        f'{top}<process id="p" isExecutable="true"><startEvent id="s"/>{body}<endEvent id="e"/>{said}</process>'
        "</definitions>"
    )
    return drawing(text, called=called)


def kept(run: Run) -> Run:
    return load(save(run), run.drawing, json.loads(json.dumps(run.data)))


def done(run: Run, step: str, **data: Any) -> Run:
    run = kept(run)
    run.complete(next(one.id for one in run.waiting() if one.step == step), data)
    return run


def open_steps(run: Run) -> list[str]:
    return sorted(one.step for one in run.waiting())


class Doing:
    def __init__(self, refuses: str = "") -> None:
        self.done: list[str] = []
        self.refuses = refuses
        self.house = House(self.call, lambda address: "")

    def call(self, service: Any, given: Any) -> str:
        self.done.append(service.address)
        if service.address == self.refuses:
            raise Conflict("no")
        return service.address


COMPENSATED = """<serviceTask id="a" implementation="x.book"/><serviceTask id="b" implementation="x.pay"/>
<boundaryEvent id="ca" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>
<boundaryEvent id="cb" attachedToRef="b"><compensateEventDefinition/></boundaryEvent>
<serviceTask id="ua" implementation="x.unbook" isForCompensation="true"/>
<userTask id="ub" name="退款" isForCompensation="true"/>
<association id="x1" sourceRef="ca" targetRef="ua"/><association id="x2" sourceRef="cb" targetRef="ub"/>
<serviceTask id="c" implementation="x.ship"/>
<boundaryEvent id="no" attachedToRef="c"><errorEventDefinition/></boundaryEvent>
<intermediateThrowEvent id="undo"><compensateEventDefinition/></intermediateThrowEvent><endEvent id="e2"/>"""
WAYS = ("s>a", "a>b", "b>c", "c>e", "no>undo", "undo>e2")


def test_what_was_done_is_undone_the_latest_first() -> None:
    doing = Doing(refuses="x.ship")
    run = Run.begin(drawn(COMPENSATED, *WAYS), {}, doing.house)
    assert doing.done == ["x.book", "x.pay", "x.ship"] and open_steps(run) == ["ub"]
    run = kept(run)
    run.stands_in(doing.house)
    run.complete(run.waiting()[0].id, {})
    assert doing.done[-1] == "x.unbook" and run.is_finished and run.data["error"]["code"] == "conflict"


def test_what_went_well_is_not_undone() -> None:
    doing = Doing()
    assert Run.begin(drawn(COMPENSATED, *WAYS), {}, doing.house).is_finished
    assert doing.done == ["x.book", "x.pay", "x.ship"]


CALLED = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:l="https://ludao.dev/bpmn">
<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="u" name="里" l:days="2"/><subProcess id="sub">
<startEvent id="s2"/><userTask id="v"/><endEvent id="e2"/><sequenceFlow id="g1" sourceRef="s2" targetRef="v"/>
<sequenceFlow id="g2" sourceRef="v" targetRef="e2"/></subProcess><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="u"/><sequenceFlow id="f2" sourceRef="u" targetRef="sub"/>
<sequenceFlow id="f3" sourceRef="sub" targetRef="e"/></process></definitions>"""


def test_a_process_calls_another_by_its_address() -> None:
    body = '<userTask id="u" name="外"/><callActivity id="c" calledElement="x.inner"/>'
    run = Run.begin(drawn(body, "s>u", "u>c", "c>e", called=(("x.inner", CALLED),)), {})
    run = done(run, "u", a=1)
    (inner,) = run.waiting()
    assert inner.seat and (inner.seat.title_zh, inner.seat.days) == ("里", 2)
    run = done(done(run, "u", b=2), "v")
    assert run.is_finished and run.data == {"a": 1, "b": 2}


MANY = """<userTask id="v"><multiInstanceLoopCharacteristics{how}><loopCardinality>len(who)</loopCardinality>
<completionCondition>{until}</completionCondition></multiInstanceLoopCharacteristics></userTask>"""


@pytest.mark.parametrize("how, waiting", [("", 3), (' isSequential="true"', 1)])
def test_a_vote_ends_as_soon_as_it_is_decided(how: str, waiting: int) -> None:
    until = 'count(v_outcomes, "no") &gt; 0'
    run = Run.begin(drawn(MANY.format(how=how, until=until), "s>v", "v>e"), {"who": ["a", "b", "c"], "v_outcomes": []})
    assert len(run.waiting()) == waiting
    run = done(run, "v", v_outcomes=["yes"])
    assert len(run.waiting()) == min(waiting, 2) and not run.is_finished
    run = done(run, "v", v_outcomes=["yes", "no"])
    assert run.is_finished and not run.waiting()


def test_each_instance_knows_its_own_item() -> None:
    body = """<serviceTask id="a" implementation="x.tell"><extensionElements><l:parameter name="to" value="one"/>
    </extensionElements><multiInstanceLoopCharacteristics><loopDataInputRef>who</loopDataInputRef>
    <inputDataItem id="one"/></multiInstanceLoopCharacteristics></serviceTask>"""
    told: list[Any] = []
    house = House(lambda service, given: told.append(given["to"]), lambda address: "")
    run = Run.begin(drawn(body, "s>a", "a>e"), {"who": ["甲", "甲", "乙"]}, house)
    assert run.is_finished and told == ["甲", "甲", "乙"] == run.data["who"] and "one" not in run.data


def test_several_ways_out_of_a_task_run_side_by_side() -> None:
    body = '<userTask id="u"/><userTask id="v"/><userTask id="w"/><parallelGateway id="j"/>'
    run = done(Run.begin(drawn(body, "s>u", "u>v", "u>w", "v>j", "w>j", "j>e"), {}), "u")
    assert open_steps(run) == ["v", "w"]
    assert done(done(run, "w"), "v").is_finished


def test_an_inclusive_gateway_waits_for_those_that_went() -> None:
    body = '<userTask id="u"/><userTask id="v"/><userTask id="w"/><inclusiveGateway id="g"/><inclusiveGateway id="j"/>'
    ways = ("s>g", "g>u if a", "g>v if b", "g>w if c", "u>j", "v>j", "w>j", "j>e")
    run = Run.begin(drawn(body, *ways), {"a": True, "b": False, "c": True})
    assert open_steps(run) == ["u", "w"]
    run = done(run, "u")
    assert not run.is_finished and done(run, "w").is_finished


def test_a_link_is_a_way_that_was_cut() -> None:
    body = """<userTask id="u"/><intermediateThrowEvent id="t"><linkEventDefinition name="x"/></intermediateThrowEvent>
    <intermediateCatchEvent id="c"><linkEventDefinition name="x"/></intermediateCatchEvent><userTask id="v"/>"""
    assert open_steps(done(Run.begin(drawn(body, "s>u", "u>t", "c>v", "v>e"), {}), "u")) == ["v"]


def test_a_loop_may_go_round_many_times_and_stays_small() -> None:
    body = '<userTask id="u"/><exclusiveGateway id="g" default="f1"/>'
    run = Run.begin(drawn(body, "s>u", "g>e", "u>g", "g>u if again"), {})
    for _ in range(40):
        run = done(run, "u", again=True)
    assert len(save(run)) < 1000
    assert done(run, "u", again=False).is_finished


def test_a_table_is_asked_by_its_address() -> None:
    from .test_tables import SHIPPED

    body = '<businessRuleTask id="r" l:table="hr.days"/>'
    house = House(lambda service, given: None, {"hr.days": SHIPPED}.__getitem__)
    run = Run.begin(drawn(body, "s>r", "r>e"), {"years": 12}, house)
    assert run.is_finished and run.data["holiday_days"] == 10
    with pytest.raises(Problem):
        Run.begin(drawn(body, "s>r", "r>e"), {"years": 12})


def test_branches_share_what_they_know() -> None:
    """The library's own merging would make of two lists what they have in common."""
    body = '<userTask id="v"/><userTask id="w"/><parallelGateway id="g"/><parallelGateway id="j"/><userTask id="z"/>'
    run = Run.begin(drawn(body, "s>g", "g>v", "g>w", "v>j", "w>j", "j>z", "z>e"), {"votes": []})
    run = done(run, "v", votes=["yes"])
    run = done(run, "w", votes=[*run.data["votes"], "yes"])
    assert run.waiting()[0].data["votes"] == ["yes", "yes"]
