"""People behind a drawing: who is told when it cannot go on, and lanes in which nobody stands."""

from collections.abc import Callable
from pathlib import Path

from django.apps import apps

from ludao.base.actor import Actor
from ludao.blocks.permission.public import Holding
from ludao.blocks.workflow import public as workflow
from ludao.blocks.workflow import shipping, staffing
from ludao.blocks.workflow.models import Definition

ACTOR = Actor.system("test")


def test_whoever_can_mend_it_is_told_of_a_stuck_process(city: None, deliver_all: Callable[[], int]) -> None:
    """Its gateway asks for what nobody said."""
    instance = workflow.begin(ACTOR, "workflow.approval", about="test:9")
    workflow.complete(ACTOR, workflow.steps(instance)[0])
    deliver_all()
    about = f"/workflow/instance/{instance.pk}/"
    told = apps.get_model("notice", "Notice").objects.filter(key="workflow.stuck", about=about)
    assert {one.person.username for one in told.select_related("person")} >= {"yunwei"}


def test_a_lane_is_staffed_by_people_not_by_a_role(city: None) -> None:
    text = (Path(shipping.__file__).parent / "content" / "approval.bpmn").read_text(encoding="utf-8")
    definition = Definition.objects.get(pk="workflow.approval")
    assert not list(staffing.findings(text, definition))
    workflow.begin(ACTOR, "workflow.approval", organisation="xm-dsj")
    Holding.objects.filter(role="acceptor").update(organisation="xm-szb")
    (hint,) = staffing.findings(text, definition)
    assert hint.is_hint and "厦门市大数据管理局没有人担任“受理人员”" in hint.text
    Holding.objects.filter(role="decider").delete()
    assert [one.is_hint for one in staffing.findings(text, definition)] == [True, False]
