"""A case's life along plain steps and along a drawing: accepted, corrected, suspended, decided, undone, ended."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Refused
from ludao.base.models import Event
from ludao.blocks.case import actions, lights, standing
from ludao.blocks.case.models import Case, Correction, Material, Mine, Task, Urging
from ludao.blocks.case.opening import Paper

from .conftest import OFFICE, officer, open_one, step

Notice = apps.get_model("notice", "Notice")
Opened = Callable[..., Case]


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_from_intake_to_rating(opened: Opened, acceptor: Actor, decider: Actor, citizen: Actor) -> None:
    case = opened()
    assert (case.state, case.light, case.step_zh, case.office_id) == ("submitted", "green", "受理", OFFICE)
    actions.accept(acceptor, task=step(case))
    case = fresh(case)
    assert case.state == "handling" and case.accepted_at and case.step_zh == "审查"
    assert clock.working_days_between(clock.today(), clock.day_of(case.due_at)) == 10
    actions.complete(acceptor, task=step(case), outcome="approve", opinion="符合条件")
    actions.complete(decider, task=step(case), outcome="approve", opinion="同意")
    case = fresh(case)
    assert (case.state, case.ending, case.decision, case.light, case.worked_days) == (
        "closed",
        "granted",
        "granted",
        "done",
        0,
    )
    said = list(Event.objects.filter(facts__case=case.pk).order_by("pk").values_list("address", flat=True))
    assert said == ["case.opened", "case.accepted", "case.decided", "case.closed"]
    told = set(
        Notice.objects.filter(person=citizen.person, about=f"/case/mine/{case.pk}/").values_list("key", flat=True)
    )
    assert told == {"case.accepted", "case.closed"}
    actions.rate(citizen, case=Mine.objects.get(pk=case.pk), grade="5", tags=["fast"])
    with pytest.raises(Conflict):
        actions.rate(citizen, case=Mine.objects.get(pk=case.pk), grade="5")


def test_a_bad_rating_is_called_back(opened: Opened, acceptor: Actor, decider: Actor, citizen: Actor) -> None:
    case = opened()
    actions.refuse(acceptor, task=step(case), opinion="不属于本机关职权")
    assert fresh(case).ending == "not_accepted"
    actions.rate(citizen, case=Mine.objects.get(pk=case.pk), grade="1", text="说不清楚")
    complaint = fresh(case).rating.complaint
    assert complaint is not None and complaint.kind == "case.complaint" and complaint.person_id == int(citizen.person)
    for outcome in ("accept", "done", "back", "done", "done"):
        actions.complete(decider, task=step(complaint), outcome=outcome, opinion="已核实")
    assert fresh(complaint).ending == "done"


def test_duties_are_kept_apart(opened: Opened, decider: Actor) -> None:
    both = officer("wangke", "acceptor", "examiner", "decider")
    case = opened()
    actions.accept(both, task=step(case))
    actions.complete(both, task=step(case), outcome="approve")
    with pytest.raises(Conflict, match="职责分离"):
        actions.complete(both, task=step(case), outcome="approve")
    actions.complete(decider, task=step(case), outcome="refuse", opinion="不符合条件")
    assert fresh(case).ending == "denied"


def test_nobody_decides_for_themselves(way: None, acceptor: Actor) -> None:
    case = open_one(Actor(person=acceptor.person, name=acceptor.name))
    with pytest.raises(Conflict, match="回避"):
        actions.accept(acceptor, task=step(case))


def test_correction_before_acceptance_starts_the_term_again(opened: Opened, acceptor: Actor, citizen: Actor) -> None:
    case = opened(papers=[Paper("photo", "照片"), Paper("id", "身份证", source="电子证照库")])
    actions.return_for_correction(acceptor, task=step(case), asked=["material:photo=照片模糊", "请说明用途"], within=5)
    case = fresh(case)
    assert (case.state, case.light, standing.owner(case)) == ("correction", "grey", "applicant")
    asked = Correction.objects.get(case=case)
    assert [item["kind"] for item in asked.asked] == ["material", "other"] and asked.asked[0]["title"] == "照片"
    assert Material.objects.get(case=case, code="photo").state == "rejected"
    with pytest.raises(Problem, match="照片"):
        actions.correct(citizen, case=Mine.objects.get(pk=case.pk), answer="已补")
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("photo.txt", "照片".encode())
    actions.correct(citizen, case=Mine.objects.get(pk=case.pk), answer="已补", codes=["photo"], files=[file])
    case = fresh(case)
    assert case.state == "submitted" and step(case).holder_id == int(acceptor.person)
    actions.accept(acceptor, task=step(case))
    assert fresh(case).paused_days == 0


def test_only_what_was_asked_may_change(opened: Opened, acceptor: Actor, citizen: Actor) -> None:
    case = opened(data={"name": "李雷", "use": "旅游"})
    actions.return_for_correction(acceptor, task=step(case), asked=["field:use=请写明"])
    actions.correct(citizen, case=Mine.objects.get(pk=case.pk), data='{"use": "就医", "name": "韩梅梅"}')
    assert fresh(case).data == {"name": "李雷", "use": "就医"}


def test_suspended_time_is_not_counted(opened: Opened, acceptor: Actor) -> None:
    case = opened()
    actions.accept(acceptor, task=step(case))
    due = fresh(case).due_at
    actions.suspend(acceptor, task=step(case), reason="hearing", text="当事人申请听证")
    with pytest.raises(Conflict):
        actions.complete(acceptor, task=step(case, Task.PAUSED), outcome="approve")
    ago = clock.now() - timedelta(days=14)
    Case.objects.filter(pk=case.pk).update(paused_at=ago)
    case.pauses.update(since=ago)
    actions.resume(acceptor, task=step(case, Task.PAUSED))
    case = fresh(case)
    assert clock.working_days_between(clock.day_of(due), clock.day_of(case.due_at)) == case.paused_days > 0
    actions.complete(acceptor, task=step(case), outcome="approve")


def test_a_reason_of_law_is_needed(opened: Opened, acceptor: Actor) -> None:
    case = opened()
    actions.accept(acceptor, task=step(case))
    with pytest.raises(Problem):
        actions.suspend(acceptor, task=step(case), reason="holiday", text="出差")


def test_a_mistaken_acceptance_is_undone(opened: Opened, acceptor: Actor, decider: Actor) -> None:
    case = opened()
    first = step(case)
    actions.accept(acceptor, task=first)
    actions.undo(acceptor, task=Task.objects.get(pk=first.pk))
    case = fresh(case)
    assert (case.state, case.accepted_at, step(case).pk) == ("submitted", None, first.pk)
    actions.refuse(acceptor, task=step(case), opinion="应向区级部门申请")
    actions.undo(acceptor, task=Task.objects.get(pk=first.pk))
    assert fresh(case).is_open
    actions.accept(acceptor, task=step(case))
    actions.complete(acceptor, task=step(case), outcome="approve")
    with pytest.raises(Conflict):
        actions.undo(acceptor, task=Task.objects.get(pk=first.pk))
    actions.complete(decider, task=step(case), outcome="approve")
    assert fresh(case).ending == "granted"


def test_opinions_of_others_are_waited_for(opened: Opened, acceptor: Actor, decider: Actor) -> None:
    from ludao.blocks.identity.public import Post

    case = opened()
    actions.accept(acceptor, task=step(case))
    task = step(case)
    actions.ask_opinions(acceptor, task=task, posts=[Post.objects.get(pk=decider.post)], question="是否符合规划？")
    with pytest.raises(Conflict):
        actions.complete(acceptor, task=task, outcome="approve")
    opinion = task.opinions.get()
    actions.give_opinion(decider, task=opinion, opinion="符合规划", outcome="agree")
    actions.complete(acceptor, task=Task.objects.get(pk=task.pk), outcome="approve")
    assert step(case).kind == "decide"


def test_handing_on(opened: Opened, acceptor: Actor, decider: Actor) -> None:
    from ludao.blocks.identity.public import Organisation, Post

    case = opened()
    task = step(case)
    actions.claim(acceptor, task=task)
    with pytest.raises(Conflict):
        actions.claim(acceptor, task=Task.objects.get(pk=task.pk))
    actions.release(acceptor, task=Task.objects.get(pk=task.pk))
    actions.hand_over(acceptor, task=task, organisation=Organisation.objects.get(pk="xm-szb"), reason="属市政办职责")
    assert fresh(case).office_id == "xm-szb"
    actions.assign(decider, task=step(case), post=Post.objects.get(pk=acceptor.post), reason="请王科办理")
    assert fresh(case).holder_id == int(acceptor.person)
    actions.accept(acceptor, task=step(case))


def test_whoever_has_not_the_role_may_not(opened: Opened, decider: Actor) -> None:
    case = opened()
    with pytest.raises(Refused):
        actions.accept(decider, task=step(case))


def test_withdrawn_merged_ended(opened: Opened, citizen: Actor, acceptor: Actor, decider: Actor) -> None:
    one, two, three = opened(), opened(), opened()
    actions.withdraw(citizen, case=Mine.objects.get(pk=one.pk), reason="不办了")
    assert fresh(one).ending == "withdrawn"
    actions.merge(acceptor, case=two, number=three.number, reason="同一申请人重复提交")
    assert fresh(two).ending == "merged"
    actions.terminate(decider, case=three, reason="申请事项已不存在")
    assert fresh(three).ending == "ended"
    for case in (one, two, three):
        assert not case.tasks.filter(state__in=("open", "paused")).exists()


def test_lights_turn_and_corrections_lapse(opened: Opened, acceptor: Actor, decider: Actor) -> None:
    late, risky, idle, forgotten = opened(), opened(), opened(), opened()
    past, soon = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=5)
    Case.objects.filter(pk=late.pk).update(due_at=past, amber_at=past)
    Case.objects.filter(pk=risky.pk).update(due_at=soon, amber_at=past)
    actions.return_for_correction(acceptor, task=step(forgotten), asked=["请补正"])
    Correction.objects.filter(case=forgotten).update(due_at=clock.now() - timedelta(days=2))
    house = Actor.system("test")
    actions.turn_lights(house)
    assert [fresh(c).light for c in (late, risky, idle)] == ["red", "amber", "green"]
    assert fresh(forgotten).ending == "lapsed"
    assert lights.turn(house) == 0


def test_urged_and_supervised(opened: Opened, citizen: Actor, acceptor: Actor, decider: Actor) -> None:
    case = opened()
    actions.claim(acceptor, task=step(case))
    actions.urge(citizen, case=Mine.objects.get(pk=case.pk), text="什么时候能办好？")
    with pytest.raises(Conflict):
        actions.urge(citizen, case=Mine.objects.get(pk=case.pk), text="再催一次")
    actions.supervise(decider, case=case, text="请三日内答复", due_on=clock.today() + timedelta(days=3))
    keys = set(
        Notice.objects.filter(person=acceptor.person, about=f"/case/case/{case.pk}/").values_list("key", flat=True)
    )
    assert keys == {"case.urged", "case.supervised"}
    demand = Urging.objects.get(case=case, kind="supervise")
    actions.answer_urging(acceptor, urging=demand, answer="明日办结")
    actions.end_supervision(decider, urging=Urging.objects.get(pk=demand.pk), verdict="按期答复")


def test_each_paper_is_checked_by_itself(citizen: Actor, acceptor: Actor) -> None:
    papers = [Paper("photo", "照片"), Paper("id", "身份证", source="电子证照库")]
    case = open_one(citizen, papers=papers)
    with pytest.raises(Problem, match="还没有提交"):
        actions.check_paper(acceptor, task=step(case), code="photo", verdict="fit")
    with pytest.raises(Problem, match="哪里不对"):
        actions.check_paper(acceptor, task=step(case), code="photo", verdict="unfit")
    actions.check_paper(acceptor, task=step(case), code="photo", verdict="unfit", reason="模糊")
    actions.check_paper(acceptor, task=step(case), code="id", verdict="fit")
    assert [(m.code, m.state, m.note) for m in case.materials.order_by("pk")] == [
        ("photo", "rejected", "模糊"),
        ("id", "verified", ""),
    ]
    with pytest.raises(Conflict, match="照片核对为不合格"):
        actions.accept(acceptor, task=step(case))
    actions.return_for_correction(acceptor, task=step(case), asked=["material:photo=模糊"])
    assert fresh(case).state == "correction"


def test_the_applicants_own_step_is_theirs_to_do(way: None, citizen: Actor, acceptor: Actor) -> None:
    from ludao.blocks.workflow.public import Version

    drawn = Version.objects.get(definition="case.test_way")
    drawn.drawing = drawn.drawing.replace('ludao:role="examiner"', 'ludao:role="applicant"')
    drawn.drawing = drawn.drawing.replace('"approve,refuse,correct"', '"agree,disagree"')
    drawn.save()
    case = open_one(citizen, "case.drawn")
    actions.accept(acceptor, task=step(case))
    case = fresh(case)
    own = step(case)
    assert (own.role, own.holder_id, standing.who(case)) == ("applicant", case.person_id, "申请人")
    assert Notice.objects.filter(person=citizen.person, key="case.your_turn").exists()
    with pytest.raises(Problem):
        actions.do_own(citizen, case=Mine.objects.get(pk=case.pk), outcome="approve")
    actions.do_own(citizen, case=Mine.objects.get(pk=case.pk), outcome="agree", text="同意")
    assert fresh(case).step_zh == "决定"
