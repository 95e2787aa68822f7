"""A process runs as drawn, is kept in few bytes, is found wanting in plain words, and never executes a drawing."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ludao.base import conditions
from ludao.base.errors import Conflict, LudaoError, Problem
from ludao.blocks.workflow.engine.checking import Known, check
from ludao.blocks.workflow.engine.reading import drawing
from ludao.blocks.workflow.engine.running import House, Run
from ludao.blocks.workflow.engine.storing import load, save

CONTENT = Path(__file__).parents[1] / "content"
APPROVAL = (CONTENT / "approval.bpmn").read_text(encoding="utf-8")
JOINT = (CONTENT / "joint_review.bpmn").read_text(encoding="utf-8")
SERVICE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:l="https://ludao.dev/bpmn">
<message id="m" name="paid"/><process id="p" isExecutable="true"><startEvent id="s"/>
<intermediateCatchEvent id="w"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
<serviceTask id="a" implementation="x.y.do"><extensionElements><l:parameter name="fen" value="fen * 2"/>
</extensionElements></serviceTask><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="w"/>
<sequenceFlow id="g" sourceRef="w" targetRef="a"/><sequenceFlow id="h" sourceRef="a" targetRef="e"/>
</process></definitions>"""


def kept(run: Run) -> Run:
    return load(save(run), run.drawing, json.loads(json.dumps(run.data)))


def done(run: Run, step: str, **data: Any) -> Run:
    """The step done by whoever holds it, with the run kept and fetched again before."""
    run = kept(run)
    run.complete(next(w.id for w in run.waiting() if w.step.split(" ")[0] == step), data)
    return run


def steps(run: Run) -> list[tuple[str, str]]:
    return sorted((w.title, w.lane) for w in run.waiting())


def test_an_application_is_returned_comes_back_and_is_decided() -> None:
    run = done(Run.begin(drawing(APPROVAL), {"about": "1"}), "accept", accept_outcome="fail")
    assert steps(run) == [("补正", "申请人")]
    run = done(done(run, "correct"), "accept", accept_outcome="accept")
    assert steps(run) == [("审批", "审批人")]
    assert (due := run.due_at()) is not None and due == kept(run).due_at()
    run = done(run, "decide", is_granted=True)
    assert run.is_finished and run.data["is_granted"] is True and run.data["about"] == "1"


def test_departments_work_side_by_side_and_each_signs() -> None:
    run = done(Run.begin(drawing(JOINT), {"signers": ["甲", "乙", "丙"]}), "accept")
    assert steps(run) == [("消防审查", "消防部门"), ("规划审查", "规划部门")]
    run = done(done(run, "fire"), "planning")
    for left in (3, 2, 1):
        assert len(run.waiting()) == left
        run = done(run, "sign")
    assert steps(run) == [("汇总意见", "经办人")]
    assert done(run, "decide").is_finished


def test_a_step_is_done_once() -> None:
    run = Run.begin(drawing(APPROVAL), {})
    first = run.waiting()[0].id
    run.complete(first, {"accept_outcome": "accept"})
    with pytest.raises(Conflict):
        run.complete(first, {})


def test_a_condition_that_lacks_its_datum_says_which() -> None:
    run = Run.begin(drawing(APPROVAL), {})
    with pytest.raises(Problem) as said:
        run.complete(run.waiting()[0].id, {})
    assert said.value.field == "accept_outcome"


def test_a_message_wakes_a_process_and_a_service_calls_an_action() -> None:
    called: list[tuple[str, dict[str, Any]]] = []
    run = kept(Run.begin(drawing(SERVICE), {}))
    run.stands_in(House(lambda service, given: called.append((service.address, dict(given)))))
    assert not run.hear("other", {})
    assert run.hear("paid", {"fen": 21})
    assert called == [("x.y.do", {"fen": 42})] and run.is_finished


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x')",
        "().__class__",
        "(lambda: 1)()",
        "[x for x in y]",
        "a if b else c",
        "f'{a}'",
        "9 ** 9 ** 9",
        "open('x')",
        "len(x=1)",
        "a := 1",
        "",
        "1 +",
        "x" * 600,
    ],
)
def test_nothing_but_closed_words_is_read(text: str) -> None:
    with pytest.raises(Problem):
        conditions.value(text, {"a": 1, "b": 2, "c": 3, "x": 1, "y": []})


@given(st.integers(-99, 99), st.integers(-99, 99), st.sampled_from(["+", "-", "*", "<", "==", ">=", "and", "or"]))
def test_closed_words_reckon_as_python_does(a: int, b: int, sign: str) -> None:
    assert conditions.value(f"a {sign} ({b})", {"a": a}) == eval(f"{a} {sign} ({b})")


def test_a_text_is_never_multiplied() -> None:
    with pytest.raises(Problem):
        conditions.value("a * 1000000000", {"a": "x"})


def test_the_shipped_processes_are_found_right() -> None:
    assert [f for text in (APPROVAL, JOINT) for f in check(text)] == []


@pytest.mark.parametrize(
    "before, after, element",
    [
        ('sourceRef="decide" targetRef="end"', 'sourceRef="decide" targetRef="urge"', "end"),
        ('accept_outcome == "fail"', "import os", "f2"),
        (">P5D<", "><", "late"),
        ("<flowNodeRef>accept</flowNodeRef>", "", "accept"),
        (' ludao:role="decider"', "", "lane_2"),
        ('ludao:verbs="accept,fail" ludao:days="1"', "", "accept"),
        ('accept_outcome == "fail"', "is_complete == false", "f2"),
        ('accept_outcome == "fail"', 'acept_outcome == "no"', "f2"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(before: str, after: str, element: str) -> None:
    assert before in APPROVAL
    assert element in {f.element for f in check(APPROVAL.replace(before, after))}


def test_a_lane_without_a_role_and_a_service_without_an_action_are_said() -> None:
    assert {f.element for f in check(APPROVAL, Known(roles=["acceptor"]))} == {"lane_2"}
    asked = APPROVAL.replace('ludao:kind="decide"', 'ludao:kind="decide" ludao:form="local.none"')
    assert {f.element for f in check(asked, Known(forms=["form.example"]))} == {"decide"}
    assert not check(asked, Known(forms=["local.none"]))
    assert {f.element for f in check(SERVICE, Known(actions=["x.y.other"]))} == {"a"}


def test_a_script_or_a_foreign_entity_does_not_come_in() -> None:
    script = '<scriptTask id="a"><script>x</script></scriptTask>'
    with pytest.raises(Problem):
        drawing(SERVICE.replace('<startEvent id="s"/>', f'<startEvent id="s"/>{script}'))
    evil = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(LudaoError):
        drawing(evil + SERVICE.replace('id="p"', 'id="&x;"'))


def test_data_that_look_like_marks_or_numbers_come_back_as_they_were() -> None:
    odd = {"a": "\x01" + "7", "b": "00000000-0000-0000-0000-00000000ffff", "c": {"typ": [1, None, "中"]}}
    run = kept(kept(Run.begin(drawing(APPROVAL), odd)))
    assert {k: run.waiting()[0].data[k] for k in odd} == odd
