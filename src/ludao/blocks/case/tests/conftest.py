"""A kind under test, with plain steps or a drawing, and the officers who do them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.case import kinds
from ludao.blocks.case.kinds import Kind, StepKind
from ludao.blocks.case.models import Case, Task
from ludao.blocks.case.opening import Applicant, open
from ludao.blocks.identity.public import Organisation, Person, Post
from ludao.blocks.permission.public import Holding

OFFICE = "xm-dsj"
PLAIN = Kind(
    address="case.test",
    title={"zh": "测试办件", "en": "Case under test"},
    number="CS{day}{seq:04}",
    legal_days=20,
    apart=(("examine", "decide"),),
    steps=(
        StepKind("accept", "accept", {"zh": "受理", "en": "Accept"}, "acceptor", ("accept", "refuse", "correct"), 2),
        StepKind(
            "examine", "examine", {"zh": "审查", "en": "Examine"}, "examiner", ("approve", "refuse", "correct"), 5
        ),
        StepKind("decide", "decide", {"zh": "决定", "en": "Decide"}, "decider", ("approve", "refuse"), 3),
    ),
)
DRAWN = replace(PLAIN, address="case.drawn", process="case.test_way", steps=())
WAY = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ludao="https://ludao.dev/bpmn"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="https://ludao.dev/test">
<collaboration id="c"><participant id="p" name="测试流程" processRef="way"/></collaboration>
<process id="way" name="测试流程" ludao:en="A way" isExecutable="true"><laneSet id="l">
<lane id="l0" name="受理" ludao:role="acceptor">
<flowNodeRef>begin</flowNodeRef><flowNodeRef>accept</flowNodeRef></lane>
<lane id="l1" name="审查" ludao:role="examiner"><flowNodeRef>examine</flowNodeRef></lane>
<lane id="l2" name="决定" ludao:role="decider">
<flowNodeRef>decide</flowNodeRef><flowNodeRef>end</flowNodeRef></lane></laneSet>
<startEvent id="begin"/>
<userTask id="accept" name="受理" ludao:en="Accept" ludao:kind="accept"
 ludao:verbs="accept,refuse,correct" ludao:days="2"/>
<userTask id="examine" name="审查" ludao:en="Examine" ludao:kind="examine"
 ludao:verbs="approve,refuse,correct" ludao:days="5"/>
<userTask id="decide" name="决定" ludao:en="Decide" ludao:kind="decide"
 ludao:verbs="approve,refuse" ludao:days="3"/>
<endEvent id="end"/>
<sequenceFlow id="f0" sourceRef="begin" targetRef="accept"/>
<sequenceFlow id="f1" sourceRef="accept" targetRef="examine"/>
<sequenceFlow id="f2" sourceRef="examine" targetRef="decide"/>
<sequenceFlow id="f3" sourceRef="decide" targetRef="end"/>
</process></definitions>"""
ROLES = ("acceptor", "examiner", "decider", "inspector", "service_supervisor", "window_clerk")


@pytest.fixture(autouse=True)
def kinds_under_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = {**kinds.every(), PLAIN.address: PLAIN, DRAWN.address: DRAWN}
    monkeypatch.setattr(kinds, "every", lambda: known)
    yield


@pytest.fixture
def way(city: None) -> None:
    """The drawing of the kind that has one."""
    from ludao.blocks.workflow.public import Definition, Version

    made = Definition.objects.create(address=DRAWN.process, title_zh="测试流程", title_en="A way", number=1)
    Version.objects.create(
        definition=made, number=1, drawing=WAY, state=Version.PUBLISHED, made_by="test", published_at=clock.now()
    )


def officer(username: str, *roles: str, organisation: str = OFFICE) -> Actor:
    """Somebody of the cast with these roles, everywhere, and no others of the block."""
    post = Post.objects.select_related("person", "organisation").filter(
        person__username=username, organisation=organisation
    )[0]
    Holding.objects.filter(post=post, role__in=ROLES).delete()
    now = clock.now()
    for role in roles:
        Holding.objects.create(post=post, role=role, starts_at=now, approved_at=now, reason="test")
    return Actor(
        person=str(post.person_id),
        name=post.person.name,
        post=str(post.pk),
        organisation=post.organisation_id,
        area=post.area_id or post.organisation.area_id or "",
    )


@pytest.fixture
def acceptor(city: None) -> Actor:
    return officer("wangke", "acceptor", "examiner")


@pytest.fixture
def decider(city: None) -> Actor:
    return officer("shuguan", "decider", "service_supervisor")


@pytest.fixture
def citizen(city: None) -> Actor:
    person = Person.objects.get(username="lilei")
    return Actor(person=str(person.pk), name=person.name)


@pytest.fixture(params=["case.test", "case.drawn"])
def kind(request: pytest.FixtureRequest, way: None) -> str:
    return str(request.param)


@pytest.fixture
def opened(citizen: Actor, kind: str) -> Callable[..., Case]:
    return lambda **more: open_one(citizen, kind, **more)


def open_one(actor: Actor, kind: str = "case.test", **more: Any) -> Case:
    given: dict[str, Any] = {"title": "测试事项", "organisation": OFFICE, "promised_days": 10, **more}
    return open(actor, kind=kind, applicant=Applicant.of(actor), **given)


def step(case: Case, state: str = Task.OPEN) -> Task:
    found: Task = case.tasks.filter(state=state).select_related("case").order_by("pk")[0]
    return found


def other_organisation() -> Organisation:
    return Organisation.objects.get(pk="xm-szb")
