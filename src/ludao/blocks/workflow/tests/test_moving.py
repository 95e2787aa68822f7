"""Processes on their way: steps opened and closed, told to who watches, suspended, woken, parked, ended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict
from ludao.base.models import AuditLine
from ludao.blocks.workflow import migrating, shipping, watching
from ludao.blocks.workflow import public as workflow
from ludao.blocks.workflow.models import Instance, Step

ACTOR = Actor.system("test")
SERVICE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:l="https://ludao.dev/bpmn">
<error id="no" errorCode="problem"/>
<process id="p" name="服务" isExecutable="true"><laneSet><lane name="甲" l:role="acceptor"><flowNodeRef>u</flowNodeRef>
<flowNodeRef>mend</flowNodeRef></lane></laneSet>
<startEvent id="s"/><userTask id="u" l:days="1"/>
<serviceTask id="a" implementation="workflow.discard" l:as="house"><extensionElements>
<l:parameter name="version" value="number"/></extensionElements></serviceTask>{boundary}
<endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="u"/>
<sequenceFlow id="g" sourceRef="u" targetRef="a"/><sequenceFlow id="h" sourceRef="a" targetRef="e"/>
</process></definitions>"""
BOUNDARY = """<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition errorRef="no"/></boundaryEvent>
<userTask id="mend" l:days="1"/><endEvent id="e2"/><sequenceFlow id="i" sourceRef="b" targetRef="mend"/>
<sequenceFlow id="j" sourceRef="mend" targetRef="e2"/>"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[watching.Change]]:
    changes: list[watching.Change] = []
    workflow.watch("test:")(lambda actor, change: changes.append(change))
    yield changes
    watching._watchers.pop("test:")


def one(instance: Instance) -> Step:
    (step,) = workflow.steps(instance)
    return step


def do(instance: Instance, outcome: str = "", **data: Any) -> Instance:
    return workflow.complete(ACTOR, one(instance), data, outcome)


def process(boundary: str = "") -> Any:
    return shipping.publish_text("local.service", SERVICE.format(boundary=boundary), "test")


def test_steps_open_and_close_and_who_watches_is_told(told: list[watching.Change]) -> None:
    instance = workflow.begin(ACTOR, "workflow.approval", about="test:1", data={"a": 1})
    accept = one(instance)
    assert (accept.step, accept.role, accept.kind) == ("accept", "acceptor", "accept")
    assert accept.due_at == clock.deadline(accept.opened_at, 1).at
    do(instance, "fail")
    assert one(instance).role == "applicant"
    do(instance)
    do(instance, "accept")
    finished = do(instance, "grant")
    assert finished.state == Instance.FINISHED and finished.data["decide_outcome"] == "grant" and finished.held == b""
    assert [len(c.opened) for c in told] == [1, 1, 1, 1, 0] and told[-1].is_finished
    assert [s.step for c in told for s in c.closed] == ["accept", "correct", "accept", "decide"]


def test_a_step_is_done_once_and_not_while_it_rests() -> None:
    instance = workflow.begin(ACTOR, "workflow.approval")
    step = one(instance)
    workflow.suspend(instance)
    with pytest.raises(Conflict):
        workflow.complete(ACTOR, step, outcome="accept")
    workflow.resume(instance)
    workflow.complete(ACTOR, step, outcome="accept")
    with pytest.raises(Conflict):
        workflow.complete(ACTOR, step, outcome="accept")


def test_a_timer_fires_by_the_clock_and_rests_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = workflow.begin(ACTOR, "workflow.approval")
    instance = do(instance, "accept")
    assert instance.wakes_at and instance.wakes_at - clock.now() > timedelta(days=4)
    workflow.suspend(instance)
    Instance.objects.filter(pk=instance.pk).update(suspended_at=clock.now() - timedelta(days=2))
    resumed = workflow.resume(instance)
    assert resumed.wakes_at and resumed.wakes_at - instance.wakes_at > timedelta(days=1, hours=23)
    assert workflow.wake() == 0
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert workflow.wake() == 1
    assert {s.step for s in workflow.steps(instance)} == {"decide", "urge"}


def test_an_organisation_signs_each_for_itself() -> None:
    signers = ["xm-gaj", "xm-mzh"]
    instance = workflow.begin(ACTOR, "workflow.joint_review", data={"signers": signers}, organisation="xm-dsj")
    do(instance)
    for step in workflow.steps(instance):
        workflow.complete(ACTOR, step, outcome="accept")
    assert [s.organisation_id for s in workflow.steps(instance)] == signers
    for step in workflow.steps(instance):
        instance = workflow.complete(ACTOR, step, outcome="approve")
    assert instance.data["sign_outcomes"] == ["approve", "approve"]
    assert one(instance).organisation_id == "xm-dsj"


def test_a_service_calls_an_action_as_the_house_and_is_audited() -> None:
    draft = shipping.draft_text("local.other", SERVICE.format(boundary=""), "test")
    instance = workflow.begin(ACTOR, process(), data={"number": draft.pk})
    assert do(instance).state == Instance.FINISHED
    draft.refresh_from_db()
    assert draft.state == draft.DISCARDED
    assert AuditLine.objects.filter(address="workflow.discard", name="workflow").exists()


def test_what_cannot_go_on_is_parked_and_tried_again() -> None:
    instance = do(workflow.begin(ACTOR, process(), data={"number": 0}))
    assert instance.state == Instance.STUCK and "a" in instance.trouble and not workflow.steps(instance)
    draft = shipping.draft_text("local.other", SERVICE.format(boundary=""), "test")
    from ludao.blocks.workflow.moving import retry

    assert retry(ACTOR, instance, {"number": draft.pk}).state == Instance.FINISHED


def test_an_expected_refusal_takes_its_own_way() -> None:
    instance = do(workflow.begin(ACTOR, process(BOUNDARY), data={"number": 0}))
    assert one(instance).step == "mend" and instance.data["error"]["code"] == "problem"
    assert do(instance).state == Instance.FINISHED


def test_a_cancelled_process_waits_for_nobody(told: list[watching.Change]) -> None:
    instance = workflow.begin(ACTOR, "workflow.approval", about="test:2")
    assert workflow.cancel(ACTOR, instance).state == Instance.CANCELLED
    assert not workflow.steps(instance) and told[-1].is_finished


def test_shipping_twice_changes_nothing() -> None:
    workflow.ship()
    assert workflow.ship() == 0


LONGER = (
    ("<endEvent id=\"e\"/>", '<userTask id="last" name="复核" l:days="1"/><endEvent id="e"/>'),
    ('sourceRef="a" targetRef="e"', 'sourceRef="a" targetRef="last"'),
    ("</process>", '<sequenceFlow id="k" sourceRef="last" targetRef="e"/></process>'),
)


def test_a_running_process_moves_to_a_new_version_or_says_why_not() -> None:
    first = process()
    instance = workflow.begin(ACTOR, first, data={"number": 0})
    text = SERVICE.format(boundary="").replace('<userTask id="u"', '<userTask id="u" name="新名" l:verbs="yes,no"')
    for before, after in LONGER:
        text = text.replace(before, after)
    second = shipping.publish_text("local.service", text, "test")
    (verdict,) = migrating.verdicts(second, [instance])
    assert verdict.can
    migrating.move(ACTOR, instance, second)
    assert (one(instance).title_zh, one(instance).verbs) == ("新名", ["yes", "no"])
    draft = shipping.draft_text("local.other", text, "test")
    Instance.objects.filter(pk=instance.pk).update(data={"number": draft.pk})
    assert one(do(instance, "yes")).step == "last"
    instance.refresh_from_db()
    (verdict,) = migrating.verdicts(first, [instance])
    assert not verdict.can and "复核" in verdict.reasons[0]
    with pytest.raises(Conflict):
        migrating.move(ACTOR, instance, first)
