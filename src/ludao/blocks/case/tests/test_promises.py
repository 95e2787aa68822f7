"""What holds whatever is done: the clock skips what was stopped, nobody is left out, every state has an end."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError
from ludao.blocks.case import actions, deadlines, moving, standing
from ludao.blocks.case.deadlines import Term
from ludao.blocks.case.models import Case, Mine, Task
from ludao.blocks.identity.public import Post

from .conftest import open_one, step

FIRST, LAST = datetime(2024, 1, 1, tzinfo=clock.SHANGHAI), datetime(2026, 6, 1, tzinfo=clock.SHANGHAI)
MOMENT = st.integers(0, int((LAST - FIRST).total_seconds() // 60)).map(lambda n: FIRST + timedelta(minutes=n))
GAPS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), max_size=6)  # days in hand, days at rest


@given(start=MOMENT, days=st.integers(0, 60), gaps=GAPS)
def test_the_clock_never_counts_what_was_stopped(start: datetime, days: int, gaps: list[tuple[int, int]]) -> None:
    """However often it stops, the working days from acceptance to the end, without those at rest, are the term."""
    end, now, rested = deadlines.due(start, Term(days)), start, 0
    first = end
    for worked, stopped in gaps:
        begun = now + timedelta(days=worked)
        now = begun + timedelta(days=stopped)
        if end > begun:
            rested += deadlines.rested(begun, now)
        end = deadlines.moved(end, begun, now, Term(days))
    between = clock.working_days_between(clock.day_of(first), clock.day_of(end))
    assert between == rested
    assert deadlines.amber(start, end, Term(days), 2) <= end


@given(start=MOMENT, hours=st.integers(1, 200), gaps=GAPS)
def test_hours_at_rest_are_not_counted(start: datetime, hours: int, gaps: list[tuple[int, int]]) -> None:
    term = Term(hours=hours)
    end, now, rested = deadlines.due(start, term), start, timedelta()
    for worked, stopped in gaps:
        begun, now = now + timedelta(hours=worked), now + timedelta(hours=worked + stopped)
        if end > begun:
            rested += now - begun
        end = deadlines.moved(end, begun, now, term)
    assert end - start - rested == timedelta(hours=hours)


Step = Callable[[Case, Actor, Actor, Actor], object]


def _task(case: Case, *states: str) -> Task:
    return step(case, random.choice(states or ("open",)))


def _mine(case: Case) -> Mine:
    return Mine.objects.get(pk=case.pk)


DOINGS: dict[str, Step] = {
    "claim": lambda c, o, d, p: actions.claim(o, task=_task(c)),
    "release": lambda c, o, d, p: actions.release(o, task=_task(c)),
    "accept": lambda c, o, d, p: actions.accept(o, task=_task(c)),
    "refuse": lambda c, o, d, p: actions.refuse(o, task=_task(c), opinion="不属于本机关职权"),
    "approve": lambda c, o, d, p: actions.complete(o, task=_task(c), outcome="approve"),
    "decide": lambda c, o, d, p: actions.complete(d, task=_task(c), outcome="approve"),
    "deny": lambda c, o, d, p: actions.complete(d, task=_task(c), outcome="refuse", opinion="不符合条件"),
    "return": lambda c, o, d, p: actions.return_for_correction(o, task=_task(c), asked=["请补正"]),
    "take_back": lambda c, o, d, p: actions.take_back_correction(o, task=_task(c, "paused"), reason="误发"),
    "correct": lambda c, o, d, p: actions.correct(p, case=_mine(c), answer="已补正"),
    "suspend": lambda c, o, d, p: actions.suspend(o, task=_task(c), reason="hearing", text="听证"),
    "resume": lambda c, o, d, p: actions.resume(o, task=_task(c, "paused")),
    "delegate": lambda c, o, d, p: actions.delegate(o, task=_task(c), post=Post.objects.get(pk=d.post), reason="外出"),
    "escalate": lambda c, o, d, p: actions.escalate(o, task=_task(c), reason="重大"),
    "undo": lambda c, o, d, p: actions.undo(o, task=_task(c, "closed")),
    "withdraw": lambda c, o, d, p: actions.withdraw(p, case=_mine(c), reason="不办了"),
}


@pytest.mark.parametrize("kind_name", ["case.test", "case.drawn"])
def test_whatever_is_done_a_case_is_somebodys_and_can_end(
    way: None, kind_name: str, citizen: Actor, acceptor: Actor, decider: Actor
) -> None:
    """Any sequence of doings, allowed or refused, leaves an owner; from wherever it is, it can be brought to an end."""
    from django.db import transaction

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(sorted(DOINGS)), max_size=9))
    def holds(names: list[str]) -> None:
        with transaction.atomic():
            case = open_one(citizen, kind_name)
            for name in names:
                try:
                    with transaction.atomic():
                        DOINGS[name](case, acceptor, decider, citizen)
                except (LudaoError, IndexError):
                    pass
                case = Case.objects.get(pk=case.pk)
                assert standing.owner(case) if case.is_open else not standing.owner(case)
                assert case.light == moving.light_of(case, clock.now())
                assert case.paused_at is None or not case.tasks.filter(state="open").exists()
            _end(case, acceptor, decider, citizen)
            transaction.set_rollback(True)

    holds()


def _end(case: Case, acceptor: Actor, decider: Actor, citizen: Actor) -> None:
    """The plain way out of every state, by the house where nobody of the cast holds the step any more."""
    house = Actor.system("test")
    for _ in range(12):
        case = Case.objects.get(pk=case.pk)
        if not case.is_open:
            assert case.ending and case.closed_at
            return
        if case.state == "correction":
            actions.correct(citizen, case=_mine(case), answer="已补正")
        elif case.state == "suspended":
            actions.resume(house, task=step(case, "paused"))
        else:
            task = step(case)
            actions.complete(house, task=task, outcome="accept" if task.kind == "accept" else "approve")
    raise AssertionError(f"{case} does not end from {case.state}")
