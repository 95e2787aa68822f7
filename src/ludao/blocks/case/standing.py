"""Where a case stands, as its applicant reads it: what it is, who has it, by when, what happens next."""

from typing import Any

from ludao.base import clock
from ludao.base.text import from_pair, t
from ludao.blocks.case import kinds
from ludao.blocks.case.models import Case, Task


def of(case: Case) -> dict[str, Any]:
    """{state, who, by, text}; asks the database only while the applicant has to do something or the clock rests."""
    return {"state": case.standing, "who": who(case), "by": by(case), "text": text(case)}


def who(case: Case) -> str:
    """The officer by name, where one has it; else the office; the applicant while a correction is awaited."""
    if not case.is_open:
        return ""
    if case.state == Case.CORRECTION:
        return str(t("您本人", "You"))
    if is_applicants(case):
        return str(t("申请人", "The applicant"))
    office = str(case.office or case.organisation)
    return f"{office} · {case.holder}" if case.holder_id else office


def is_applicants(case: Case) -> bool:
    """Whether it waits for a step that the drawing gives to whoever applied."""
    return case.is_running and bool(case.holder_id) and case.holder_id in (case.person_id, case.agent_id)


def by(case: Case) -> Any:
    if not case.is_open or case.paused_at is not None:
        return None
    return case.due_at


def text(case: Case) -> str:
    day = f"{clock.day_of(case.due_at):%Y-%m-%d}"
    is_late = case.is_open and case.paused_at is None and case.due_at <= clock.now()
    late = t("。已超过时限，您可以催办或投诉", ". It is late; you may urge it or complain") if is_late else ""
    if is_applicants(case):
        return str(t(f"请申请人办理：{case.step}，最迟 {day}", f"It waits for the applicant: {case.step}, by {day}"))
    match case.state:
        case Case.SUBMITTED:
            told = t(f"已收到，最迟 {day} 告知您是否受理", f"Received; by {day} you hear whether it is accepted")
            return f"{told}{late}"
        case Case.CORRECTION:
            return _correction(case)
        case Case.HANDLING:
            return f"{t(f'正在办理：{case.step}，承诺 {day} 前办结', f'In hand: {case.step}; promised by {day}')}{late}"
        case Case.SUSPENDED:
            return _pause(case)
        case Case.DECIDED:
            decision, step = case.get_decision_display(), case.step
            more = t(f"，正在{step}", f"; now {step}") if step else ""
            return f"{t(f'已作出决定：{decision}', f'Decided: {decision}')}{more}{late}"
    return str(t(f"已办结：{case.get_ending_display()}", f"Closed: {case.get_ending_display()}"))


def _correction(case: Case) -> str:
    asked = case.corrections.filter(answered_at=None, is_taken_back=False).first()
    if asked is None:
        return ""
    until, things = f"{clock.day_of(asked.due_at):%Y-%m-%d}", len(asked.asked)
    what = "one thing" if things == 1 else f"{things} things"
    return str(
        t(
            f"请您在 {until} 前补正 {things} 项内容，补正期间不计入办理时限",
            f"Please put {what} right by {until}; the clock rests meanwhile",
        )
    )


def _pause(case: Case) -> str:
    pause = case.pauses.filter(until=None).first()
    if pause is None:
        return ""
    kind = kinds.find(case.kind)
    words = kind.reasons.get(pause.reason) if kind else kinds.REASONS.get(pause.reason)
    why = from_pair(dict(words)) if words else ""
    expected = f"{pause.expected_on:%Y-%m-%d}" if pause.expected_on else ""
    until = t(f"，预计 {expected} 恢复", f", expected to go on on {expected}") if expected else ""
    return f"{t('暂停计时', 'The clock rests')}：{why}{until}"


def owner(case: Case) -> str:
    """Whose turn it is: `applicant`, `officers`, `process` (a timer or message), or nobody's once it is closed.
    Raises AssertionError for an open case that is nobody's, which no action may leave behind."""
    if not case.is_open:
        return ""
    if case.state == Case.CORRECTION:
        return "applicant"
    if case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED)).exists():
        return "officers"
    assert case.instance is not None, f"{case} is nobody's"
    return "process"
