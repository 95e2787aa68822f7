"""What the contract tests type into the forms of cases, each with a case or a step in the state that it needs."""

from datetime import timedelta
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.case import actions, complaining, moving
from ludao.blocks.case.models import Case, Drawn, Inspection, Material, Mine, Phrase, Task, Urging
from ludao.blocks.case.opening import Applicant
from ludao.blocks.identity.public import Organisation, Person, Post

SYSTEM = Actor.system("example", channel="demo")
OFFICE = "xm-dsj"


def _case(person: Person | None = None) -> Case:
    """Of somebody who is none of the cast, so that nobody has to stand aside."""
    applicant = Applicant(name="样例申请人", person=person)
    return complaining.open_in_general(SYSTEM, applicant, OFFICE, "样例投诉")


def _task(actor: Actor, *, accepted: bool = False, free: bool = False, **changes: Any) -> Task:
    case = _case()
    if accepted:
        actions.accept(SYSTEM, task=_open(case))
    task = _open(case)
    holder = None if free else int(actor.person)
    Task.objects.filter(pk=task.pk).update(**{"holder": holder, "role": "acceptor", **changes})
    return _fresh(task)


def _open(case: Case) -> Task:
    found: Task = case.tasks.filter(state=Task.OPEN).select_related("case").order_by("pk")[0]
    return found


def _fresh(task: Task) -> Task:
    return Task.objects.select_related("case").get(pk=task.pk)


def _post() -> Post:
    return Post.objects.get(person__username="shuguan", organisation=OFFICE)


def _suspended(actor: Actor) -> Task:
    task = _task(actor, accepted=True)
    actions.suspend(SYSTEM, task=task, reason="applicant", text="样例")
    Task.objects.filter(pk=task.pk).update(holder=int(actor.person))
    return _fresh(task)


def _returned(actor: Actor) -> Task:
    task = _task(actor)
    actions.return_for_correction(actor, task=task, asked=["请补正"])
    return _fresh(task)


def _asked(actor: Actor) -> Task:
    task = _task(actor, accepted=True)
    other = Post.objects.get(person__username="wangke", organisation=OFFICE)
    actions.ask_opinions(SYSTEM, task=task, posts=[other], question="请提出意见")
    made: Task = task.opinions.get()
    Task.objects.filter(pk=made.pk).update(holder=int(actor.person))
    return _fresh(made)


def _done(actor: Actor) -> Task:
    return _fresh(actions.accept(actor, task=_task(actor)))


def _mine(actor: Actor, *, closed: bool = False) -> Mine:
    case = _case(Person.objects.get(pk=actor.person))
    if closed:
        moving.accepted(SYSTEM, case)
        moving.close(SYSTEM, case, Case.DONE)
    return Mine.objects.get(pk=case.pk)


def _correcting(actor: Actor) -> Mine:
    mine = _mine(actor)
    actions.return_for_correction(SYSTEM, task=_open(mine), asked=["请补正"])
    return Mine.objects.get(pk=mine.pk)


def _urging(kind: str) -> Urging:
    return Urging.objects.create(case=_case(), kind=kind, text="样例", by="样例", due_on=clock.today())


def _drawn(_: Actor) -> Drawn:
    case = _case()
    today = clock.today()
    whole = Inspection.objects.create(organisation_id=OFFICE, since=today, until=today, size=1, pool=1, seed="x",
                                      drawn_by="样例")  # fmt: skip
    return Drawn.objects.create(inspection=whole, case=case)


def _phrase(actor: Actor) -> Phrase:
    return Phrase.objects.create(text=f"样例 {clock.now()}", person_id=int(actor.person), by=actor.name)


def _paper(actor: Actor) -> dict[str, Any]:
    task = _task(actor)
    made = Material.objects.create(case=task.case, code="sample", title="样例材料")
    return {"task": task, "code": made.code, "verdict": "unfit", "reason": "照片模糊"}


def _own(actor: Actor) -> Mine:
    mine = _mine(actor)
    task = _open(mine)
    Task.objects.filter(pk=task.pk).update(role="applicant", verbs=["done"], kind="handle", holder=int(actor.person))
    return Mine.objects.get(pk=mine.pk)


EXAMPLES: dict[str, Any] = {
    "check_paper": _paper,
    "do_own": lambda actor: {"case": _own(actor)},
    "accept": lambda actor: {"task": _task(actor)},
    "refuse": lambda actor: {"task": _task(actor), "opinion": "不属于本机关职权范围"},
    "claim": lambda actor: {"task": _task(actor, free=True)},
    "release": lambda actor: {"task": _task(actor)},
    "complete": lambda actor: {"task": _task(actor, accepted=True), "outcome": "done"},
    "return_for_correction": lambda actor: {"task": _task(actor), "asked": ["照片模糊，请重新拍摄"]},
    "take_back_correction": lambda actor: {"task": _returned(actor)},
    "delegate": lambda actor: {"task": _task(actor), "post": _post()},
    "hand_over": lambda actor: {"task": _task(actor), "organisation": Organisation.objects.get(pk="xm-szb")},
    "escalate": lambda actor: {"task": _task(actor)},
    "ask_opinions": lambda actor: {"task": _task(actor), "posts": [_post().pk]},
    "give_opinion": lambda actor: {"task": _asked(actor), "outcome": "agree"},
    "suspend": lambda actor: {"task": _task(actor, accepted=True), "reason": "applicant"},
    "resume": lambda actor: {"task": _suspended(actor)},
    "undo": lambda actor: {"task": _done(actor)},
    "assign": lambda actor: {"task": _task(actor), "post": _post()},
    "lodge": lambda _: {"organisation": Organisation.objects.get(pk=OFFICE)},
    "correct": lambda actor: {"case": _correcting(actor), "answer": "已补正"},
    "withdraw": lambda actor: {"case": _mine(actor)},
    "urge": lambda actor: {"case": _mine(actor)},
    "ask": lambda actor: {"case": _mine(actor)},
    "rate": lambda actor: {"case": _mine(actor, closed=True), "grade": "5"},
    "complain": lambda actor: {"case": Mine.objects.filter(person=actor.person).exclude(kind=complaining.KIND).first()
                               or _other_kind(actor)},
    "remark": lambda _: {"case": _case()},
    "note": lambda _: {"case": _case()},
    "link": lambda _: {"case": _case(), "number": _case().number},
    "merge": lambda _: {"case": _case(), "number": _case().number},
    "remind": lambda _: {"case": _case()},
    "supervise": lambda _: {"case": _case(), "due_on": (clock.today() + timedelta(days=3)).isoformat()},
    "terminate": lambda _: {"case": _case()},
    "answer_urging": lambda _: {"urging": _urging(Urging.SUPERVISE)},
    "end_supervision": lambda _: {"urging": _urging(Urging.SUPERVISE)},
    "draw_inspection": lambda _: {"organisation": Organisation.objects.get(pk=OFFICE),
                                  "since": (clock.today() - timedelta(days=2)).isoformat(),
                                  "until": clock.today().isoformat()},
    "review": lambda actor: {"drawn": _drawn(actor)},
    "add_phrase": lambda _: {"text": f"样例 {clock.now()}", "verb": "approve"},
    "share_phrase": lambda actor: {"phrase": _phrase(actor)},
    "drop_phrase": lambda actor: {"phrase": _phrase(actor)},
}  # fmt: skip


def _other_kind(actor: Actor) -> Mine:
    """While no counter has opened a case: one whose kind is no longer in the house."""
    mine = _mine(actor)
    Case.objects.filter(pk=mine.pk).update(kind="services.item.case")
    return Mine.objects.get(pk=mine.pk)
