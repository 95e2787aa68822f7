"""Complaints of the demonstration city in every state, so that each page of the block has something to show."""

from datetime import timedelta

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.case import actions, complaining, counting
from ludao.blocks.case.models import Case, Mine, Phrase, Task
from ludao.blocks.case.opening import Applicant
from ludao.blocks.identity.public import Enterprise, Person, Post

OFFICE = "xm-dsj"
SAID = (
    "窗口排队超过一小时，叫号屏没有显示。",
    "网上提交的材料被要求重复提供户口簿。",
    "咨询电话多次无人接听，请核实。",
    "工作人员解释清楚，但打印机坏了，跑了两趟。",
    "办理结果短信没有收到。",
    "营业执照地址变更被退回三次，每次理由不同。",
    "现场勘验约定时间后无人到场。",
    "自助终端身份证读卡失败。",
)
COUNTERS = ("350203", "350206", "350203", "350211", "350205")  # the district whose counter is complained about
PHRASES = (
    ("accept", "申请材料齐全，符合法定形式，予以受理。"),
    ("approve", "经审查，符合法定条件，同意。"),
    ("refuse", "经审查，不符合法定条件，理由如下："),
    ("", "已电话告知申请人。"),
    ("done", "已核实，情况属实，已整改。"),
)


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the same at every scale."""
    if Case.objects.filter(kind=complaining.KIND).exists():
        return
    officer, lilei = _officer("shuguan"), Person.objects.get(username="lilei")
    for verb, text in PHRASES:
        made = actions.add_phrase(officer, text=text, verb=verb)
        Phrase.objects.filter(pk=made.pk).update(organisation=OFFICE)
    citizen = Actor(person=str(lilei.pk), name=lilei.name, channel="demo")
    cases = [_open(citizen, text, area) for text, area in zip(SAID, COUNTERS, strict=False)]
    cases += [_open_for_shop(text) for text in SAID[5:7]]
    _through(officer, citizen, cases)
    counting.count(whole=True)


def finish(actor: Actor, scale: float) -> None:
    counting.count(whole=True)


def _through(officer: Actor, citizen: Actor, cases: list[Case]) -> None:
    """The first waits; the others are accepted, returned, suspended, closed and rated, late and supervised."""
    _, returned, suspended, good, bad, late, watched = cases
    actions.return_for_correction(officer, task=_step(returned), asked=["请说明是哪个窗口、什么时间"], within=5)
    for case in (suspended, good, bad, late, watched):
        actions.accept(officer, task=_step(case))
    actions.suspend(
        officer, task=_step(suspended), reason="applicant", text="申请人外出，请求下周再联系",
        expected_on=clock.today() + timedelta(days=7),
    )  # fmt: skip
    for case, grade in ((good, "5"), (bad, "2")):
        actions.complete(officer, task=_step(case), outcome="done", opinion="已核实，情况属实，已整改。")
        actions.complete(officer, task=_step(case), outcome="done", opinion="已电话回访，申请人认可。")
        actions.rate(citizen, case=Mine.objects.get(pk=case.pk), grade=grade, tags=["fast" if grade == "5" else "slow"])
    past = clock.now() - timedelta(days=3)
    Case.objects.filter(pk=late.pk).update(due_at=past, amber_at=past, light="red")
    Task.objects.filter(case=late, state=Task.OPEN).update(due_at=past)
    actions.supervise(
        officer, case=watched, text="企业反映强烈，请三日内答复。", due_on=clock.today() + timedelta(days=3)
    )
    actions.note(officer, case=watched, text="已与市场监管局联系。")
    actions.draw_inspection(
        officer, organisation=watched.organisation, since=clock.today() - timedelta(days=1), until=clock.today(), size=2
    )


def _open(actor: Actor, text: str, area: str) -> Case:
    return complaining.open_in_general(actor, Applicant.of(actor), OFFICE, text, area)


def _open_for_shop(text: str) -> Case:
    enterprise = Enterprise.objects.filter(mandates__person__username="hanmeimei").order_by("pk")[0]
    person = Person.objects.get(username="hanmeimei")
    actor = Actor(person=str(person.pk), name=person.name, organisation=enterprise.pk, channel="demo")
    return complaining.open_in_general(actor, Applicant.of(actor), OFFICE, text)


def _step(case: Case) -> Task:
    found: Task = case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED)).select_related("case").order_by("pk")[0]
    return found


def _officer(username: str) -> Actor:
    post = Post.objects.select_related("person", "organisation").filter(person__username=username, organisation=OFFICE)[
        0
    ]
    return Actor(
        person=str(post.person_id),
        name=post.person.name,
        post=str(post.pk),
        organisation=post.organisation_id,
        area=post.organisation.area_id or "",
        channel="demo",
    )
