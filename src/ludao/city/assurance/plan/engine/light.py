"""The traffic light of a task by rule, and how far a target is met."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds in points of progress and in days; they stand in content/rules.toml."""

    amber_behind: int
    red_behind: int
    amber_silent_days: int
    red_silent_days: int
    near_days: int
    near_percent: int


@dataclass(frozen=True, slots=True)
class Light:
    """`colour` is done, green, amber, red or grey (not begun); the reason is for people."""

    colour: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task stands: its span of days, the share reported, and when it was last heard of."""

    begins_on: date
    due_on: date
    percent: int
    heard_on: date | None = None
    is_closed: bool = False


def expected(begins_on: date, due_on: date, today: date) -> int:
    """The percent that should be done today if work went on evenly."""
    if today >= due_on:
        return 100
    if today <= begins_on:
        return 0
    return 100 * (today - begins_on).days // (due_on - begins_on).days


def light(task: Standing, today: date, rules: Rules) -> Light:
    """The worst that holds decides; a closed task and a finished one are done whatever else holds."""
    if task.is_closed:
        return Light("done", "已办结", "closed")
    if task.percent >= 100:
        return Light("done", "已完成，待办结", "finished, to be closed")
    if today > task.due_on:
        days = (today - task.due_on).days
        return Light("red", f"逾期{days}天", f"overdue by {days} days")
    if today < task.begins_on:
        return Light("grey", "尚未开始", "not begun")
    behind = expected(task.begins_on, task.due_on, today) - task.percent
    silent = (today - (task.heard_on or task.begins_on)).days
    late = Light("", f"落后于时序进度{behind}个百分点", f"{behind} points behind an even pace")
    mute = Light("", f"{silent}天没有报告进展", f"no report for {silent} days")
    near = Light("", f"距期限不足{rules.near_days}天", f"due within {rules.near_days} days")
    for colour, holds, why in (
        ("red", behind >= rules.red_behind, late),
        ("red", silent > rules.red_silent_days, mute),
        ("amber", behind >= rules.amber_behind, late),
        ("amber", silent > rules.amber_silent_days, mute),
        ("amber", (task.due_on - today).days < rules.near_days and task.percent < rules.near_percent, near),
    ):
        if holds:
            return Light(colour, why.zh, why.en)
    return Light("green", "按计划推进", "on schedule")


def is_met(sign: str, value: Decimal, current: Decimal) -> bool:
    """Whether a current value keeps the promise; a bare number (=) and ≈ promise to reach it."""
    match sign:
        case ">":
            return current > value
        case "≤":
            return current <= value
        case "<":
            return current < value
        case _:
            return current >= value


def share(sign: str, value: Decimal, current: Decimal) -> int:
    """The percent of a target reached, 0 to 100; a ceiling is kept or broken, nothing between."""
    if is_met(sign, value, current):
        return 100
    if sign in ("≤", "<") or value <= 0:
        return 0
    return max(0, min(99, int(100 * current / value)))
