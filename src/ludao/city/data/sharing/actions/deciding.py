"""The owner's verbs: grant all or part, refuse, return; quota, revocation; the daily round of reminders."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem, Problems
from ludao.base.pages.forms import Kind
from ludao.base.text import t

from .. import granting
from ..finding import check_columns, find
from ..lives import move, note
from ..models import Application, Given, Grant, Received
from ..models.asking import WAITING
from ..models.grants import OPEN
from ..posting import post, tell_decision
from .asking import NO_NAMES, Words, check_days, facts, unique

A_DAY, A_MONTH = 10_000, 200_000
Conditions = Annotated[str, Field(title=t("使用条件", "Conditions"), max_length=2000), Kind("text")]
Day = Annotated[int, Field(title=t("日额度", "Quota a day"), ge=1, le=1_000_000_000)]
Month = Annotated[int, Field(title=t("月额度", "Quota a month"), ge=1, le=1_000_000_000)]


@action(
    "data.sharing.grant",
    title=t("授权", "Grant"),
    icon="check",
    says=("data.sharing.decided",),
    when=lambda application: application.state == WAITING,
    lead=t(
        "可以只授权一部分字段；敏感字段默认脱敏，列为明文的除外。",
        "You may grant a part; sensitive columns are masked unless named as plain.",
    ),
)
def grant(
    actor: Actor,
    application: Received,
    columns: Annotated[
        list[str],
        Field(
            title=t("授权字段", "Columns granted"),
            max_length=300,
            description=t("每行一个，不填为全部", "One a line; all when empty"),
        ),
    ] = NO_NAMES,
    plain: Annotated[
        list[str],
        Field(
            title=t("明文字段", "In plain"),
            max_length=300,
            description=t("其余敏感字段脱敏", "Other sensitive ones are masked"),
        ),
    ] = NO_NAMES,
    ends_on: Annotated[date | None, Field(title=t("截止日期", "Until"))] = None,
    quota_day: Day = A_DAY,
    quota_month: Month = A_MONTH,
    conditions: Conditions = "",
    words: Annotated[str, Field(title=t("审核意见", "Reason"), max_length=2000), Kind("text")] = "",
) -> Grant:
    refuse_own(actor, application)
    columns, plain = unique(columns) or application.columns, unique(plain)
    ends_on = ends_on or application.ends_on
    found = find(application.address)
    check_columns(found, columns, plain)
    if added := [c for c in columns if c not in application.columns]:
        raise Problem(t(f"没有申请 {'、'.join(added)}", f"{', '.join(added)} was not asked for"), field="columns")
    if added := [c for c in plain if c not in application.plain]:
        raise Problem(
            t(f"没有申请以明文使用 {'、'.join(added)}", f"{', '.join(added)} was not asked for in plain"), field="plain"
        )
    check_days(application.begins_on, ends_on)
    whole = (set(columns), set(plain), ends_on) == (
        set(application.columns),
        set(application.plain),
        application.ends_on,
    )
    if not whole and not words:
        raise Problem(t("只授权一部分时，请说明理由", "Say why, when only a part is granted"), field="words")
    move(actor, application, "granted" if whole else "part", words)
    made = granting.make(actor, application, found, columns, plain, ends_on, quota_day, quota_month, conditions)
    tell_decision(actor, application, words, made)
    say("data.sharing.decided", {**facts(application), **granting.facts(made), "words": words})
    return made


@action(
    "data.sharing.grant_all",
    title=t("批量授权", "Grant as asked"),
    icon="checks",
    says=("data.sharing.decided",),
    right="data.sharing.grant",
    when=lambda application: application.state == WAITING,
    confirm=t("按申请的全部字段授权，敏感字段一律脱敏。", "All columns asked for; every sensitive one masked."),
)
def grant_all(actor: Actor, application: list[Received], conditions: Conditions = "") -> None:
    """Each by itself within one transaction: one that cannot be granted stops them all and is named."""
    problems: list[Problem] = []
    for one in application:
        try:
            refuse_own(actor, one)
            found = find(one.address)
            check_columns(found, one.columns, [])
            words = str(t("批量授权：敏感字段脱敏", "Granted together: sensitive columns masked")) if one.plain else ""
            move(actor, one, "part" if one.plain else "granted", words)
            made = granting.make(actor, one, found, one.columns, [], one.ends_on, A_DAY, A_MONTH, conditions)
            tell_decision(actor, one, words, made)
            say("data.sharing.decided", {**facts(one), **granting.facts(made), "words": words})
        except LudaoError as error:
            problems.append(Problem(f"{one}：{error}"))
    if problems:
        raise Problems(problems)


@action(
    "data.sharing.refuse",
    title=t("不予授权", "Refuse"),
    icon="x",
    says=("data.sharing.decided",),
    when=lambda application: application.state == WAITING,
    confirm=t("申请单位将看到理由。", "The applicant will see the reason."),
)
def refuse(actor: Actor, application: Received, words: Words) -> Received:
    refuse_own(actor, application)
    move(actor, application, "refused", words)
    tell_decision(actor, application, words)
    say("data.sharing.decided", {**facts(application), "words": words})
    return application


@action(
    "data.sharing.return_back",
    title=t("退回补正", "Return for amendment"),
    icon="arrow-back",
    says=("data.sharing.returned",),
    when=lambda application: application.state == WAITING,
)
def return_back(actor: Actor, application: Received, words: Words) -> Received:
    move(actor, application, "returned", words)
    tell_decision(actor, application, words)
    say("data.sharing.returned", {**facts(application), "words": words})
    return application


@action(
    "data.sharing.revoke",
    title=t("撤销授权", "Revoke"),
    icon="ban",
    says=("data.sharing.revoked",),
    when=lambda grant: grant.state == OPEN,
    confirm=t("接口、批量和订阅立刻停止。", "Lookups, batches and subscriptions stop at once."),
)
def revoke(actor: Actor, grant: Given, words: Words) -> Given:
    granting.end(actor, grant, "revoked", words)
    if grant.peer:
        post(
            actor,
            grant.peer,
            "revocation",
            {"application": grant.application.peer_number, "grant": grant.number, "words": words},
            str(grant),
        )
    say("data.sharing.revoked", {**granting.facts(grant), "words": words})
    return grant


@action(
    "data.sharing.set_quota", title=t("调整额度", "Set the quota"), icon="gauge", when=lambda grant: grant.state == OPEN
)
def set_quota(actor: Actor, grant: Given, quota_day: Day, quota_month: Month) -> Given:
    grant.quota_day, grant.quota_month = quota_day, quota_month
    grant.save(update_fields=["quota_day", "quota_month"])
    note(
        actor,
        grant.application,
        "limited",
        str(t(f"日 {quota_day}，月 {quota_month}", f"{quota_day} a day, {quota_month} a month")),
    )
    return grant


@action(
    "data.sharing.refresh",
    title=t("到期巡检", "Daily round"),
    icon="refresh",
    says=("data.sharing.ending", "data.sharing.expired"),
)
def refresh(actor: Actor) -> None:
    """Ends what is past its day; reminds holders and owners once of what ends soon, and of what is due to decide."""
    today = clock.today()
    for one in Grant.objects.filter(state=OPEN, ends_on__lt=today):
        granting.end(actor, one, "expired", str(t("授权期限届满", "Its time was over")))
        say("data.sharing.expired", granting.facts(one))
    soon = Grant.objects.filter(state=OPEN, ends_on__gte=today)
    for one in soon.select_related("application"):
        if one.is_ending and one.reminded_for != one.ends_on:
            one.reminded_for = one.ends_on
            one.save(update_fields=["reminded_for"])
            days = (one.ends_on - today).days
            note(
                actor,
                one.application,
                "reminded",
                str(t(f"还有 {days} 天到期，可申请续期", f"{days} days left; it can be renewed")),
            )
            say("data.sharing.ending", {**granting.facts(one), "days": days})
    remind_to_decide(actor, today)


def remind_to_decide(actor: Actor, today: date) -> None:
    """A line on the timeline one working day before the deadline, and on each day past it."""
    latest = clock.add_working_days(today, 1)
    waiting = Application.objects.filter(state=WAITING, owner__isnull=False).exclude(reminded_on=today)
    for one in waiting.filter(due_at__date__lte=latest):
        one.reminded_on = today
        one.save(update_fields=["reminded_on"])
        late = one.due_at < clock.now()
        note(
            actor,
            one,
            "reminded",
            str(
                t("已超过办理期限，请尽快审核", "Past its deadline; please decide")
                if late
                else t("即将到办理期限", "Its deadline is near")
            ),
        )


def refuse_own(actor: Actor, application: Application) -> None:
    """Nobody decides on what they asked for themselves."""
    if actor.person and actor.person == application.person:
        raise Problem(t("不能审核自己提交的申请", "You cannot decide on your own application"))


__all__ = ["grant", "grant_all", "refresh", "refuse", "return_back", "revoke", "set_quota"]
