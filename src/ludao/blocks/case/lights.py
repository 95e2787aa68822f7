"""Turns the lights of cases by the clock, and ends those whose correction never came. Idle cases cost nothing: two
partial indexes hold only what may turn, in the order in which it does."""

from datetime import timedelta

from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.case import moving, story
from ludao.blocks.case.models import Case, Correction

AT_A_TIME = 500


def turn(actor: Actor) -> int:
    """Green cases past their amber moment, and cases past their end; how many turned."""
    now = clock.now()
    return _turn(actor, "amber", amber_at__lte=now, due_at__gt=now, light="green") + _turn(
        actor, "red", due_at__lte=now, light__in=("green", "amber")
    )


def _turn(actor: Actor, light: str, /, **which: object) -> int:
    turned = 0
    while True:
        with transaction.atomic():
            some = list(
                Case.objects.filter(closed_at=None, **which)
                .select_for_update(skip_locked=True, of=("self",))
                .order_by("amber_at" if light == "amber" else "due_at")[:AT_A_TIME]
            )
            Case.objects.filter(pk__in=[case.pk for case in some]).update(light=light)
            for case in some:
                case.light = light
                story.say(actor, case, f"turned_{light}")
        turned += len(some)
        if len(some) < AT_A_TIME:
            return turned


def lapse(actor: Actor) -> int:
    """What was not corrected in time counts as withdrawn; a day of grace, since mail takes its time."""
    due = Correction.objects.filter(answered_at=None, is_taken_back=False, due_at__lt=clock.now() - timedelta(days=1))
    ended = 0
    for correction in due.order_by("due_at")[:AT_A_TIME]:
        with transaction.atomic():
            case = moving.held(correction.case_id)
            if case.state != Case.CORRECTION:
                continue
            story.write(actor, case, "lapsed", "逾期未补正，终止办理", "Not corrected in time; the case ends")
            moving.close(actor, case, Case.LAPSED)
            story.tell_applicant(actor, case, "lapsed", once=f"{case.pk}-lapsed")
            ended += 1
    return ended
