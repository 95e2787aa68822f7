"""Giving, approving and taking back roles; lending them; rising to one for some hours; keeping duties apart."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from pydantic import SecretStr

from ludao.base import clock, registry, rights
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, LudaoError, Problem
from ludao.base.text import t
from ludao.blocks.identity.public import Person
from ludao.blocks.permission import batches, fields, titles
from ludao.blocks.permission.apart import declared, pair_of
from ludao.blocks.permission.checking import check_grant, check_loan, check_own, moments
from ludao.blocks.permission.confirming import confirm
from ludao.blocks.permission.facts import facts_of, facts_of_elevation, facts_of_loan
from ludao.blocks.permission.models import Delegation, Elevation, Holding, Import, RefusedRow, Separation

REMIND_BEFORE = timedelta(days=7)
EMPTY = SecretStr("")


def is_running(thing: Any) -> bool:
    """Not at its end yet, begun or not."""
    return thing.ends_at is None or thing.ends_at > clock.now()


def is_proposed(holding: Holding) -> bool:
    return holding.approved_at is None and is_running(holding)


def is_lendable(holding: Holding) -> bool:
    """In force, and no role over the house itself."""
    return holding.holds_at(clock.now()) and not holding.is_on_request and not titles.is_weighty(holding.role)


def is_askable(holding: Holding) -> bool:
    return holding.holds_at(clock.now()) and holding.is_on_request


@action("permission.grant", title=t("授予角色", "Give a role"), says=("permission.granted",), icon="plus",
        lead=t("不填机构和区域时，以该岗位所在机构为限。授予审计、运维、授权类角色须另一人审批。",
               "Without organisation and area it reaches as far as the post's own organisation. Roles over the house "
               "itself need a second person's approval."))
def grant(
    actor: Actor,
    post: fields.ToPost,
    role: fields.Role,
    reason: fields.Reason,
    organisation: fields.WithinOrganisation = None,
    area: fields.WithinArea = None,
    everywhere: fields.Everywhere = False,
    since: fields.From = None,
    until: fields.Until = None,
    on_request: fields.OnRequest = False,
    despite_conflict: fields.DespiteConflict = False,
) -> Holding:
    """A post gets a role. Who gives it must himself reach as far, and may not give to himself."""
    starts_at, ends_at = moments(since, until)
    if not (everywhere or organisation or area):
        organisation = post.organisation
    holding = Holding(post=post, role=role, reason=reason, organisation=organisation, area=area,
                      starts_at=starts_at, ends_at=ends_at, given_by=_person(actor),
                      is_on_request=on_request or role == titles.ADMINISTRATOR)
    check_grant(actor, holding, despite_conflict)
    if actor.is_system or not titles.is_weighty(role):
        holding.approved_by, holding.approved_at = holding.given_by, clock.now()
    try:
        with transaction.atomic():
            holding.save()
    except IntegrityError:
        raise Conflict(t("该岗位在这一范围、这段时间已有此角色", "The post has this role there and then already"),
                       field="role") from None
    say("permission.granted", facts_of(holding))
    return holding


@action("permission.approve", title=t("审批授权", "Approve"), says=("permission.approved",), when=is_proposed,
        icon="check")
def approve(actor: Actor, holding: Holding) -> Holding:
    """A weighty role takes effect when a second person approves it."""
    if actor.person in (str(holding.given_by_id), str(holding.post.person_id)):
        words = t("授权人和被授权人不能自己审批", "Neither who gave it nor who gets it may approve")
        raise Problem(words, field="holding")
    holding.approved_by, holding.approved_at = _person(actor), clock.now()
    holding.save(update_fields=["approved_by", "approved_at"])
    say("permission.approved", facts_of(holding))
    return holding


@action("permission.decline", title=t("不予批准", "Decline"), says=("permission.declined",), when=is_proposed,
        icon="x")
def decline(actor: Actor, holding: Holding, reason: fields.Reason) -> Holding:
    """It never takes effect; the row stays, with why."""
    _end(holding, actor, reason)
    say("permission.declined", facts_of(holding))
    return holding


@action("permission.withdraw", title=t("收回角色", "Take back the role"), says=("permission.withdrawn",),
        when=is_running, icon="user-minus",
        confirm=t("角色即刻失效，由它委托出去的权限一并失效。", "It ends at once, with all that was lent from it."))
def withdraw(actor: Actor, holding: Holding, reason: fields.Reason) -> Holding:
    """It ends now; what never began ends before it began."""
    _end(holding, actor, reason)
    say("permission.withdrawn", facts_of(holding))
    return holding


@action("permission.delegate", title=t("委托他人", "Lend"), says=("permission.delegated",), when=is_lendable,
        icon="user-share", lead=t("只能委托自己持有的角色或其中一项权限，到期自动终止，可随时收回。",
                                  "You lend a role you hold, or one right of it. It ends by itself and can be "
                                  "taken back at any time."))
def delegate(
    actor: Actor,
    holding: fields.FromHolding,
    post: fields.ToPost,
    until: fields.LastDay,
    reason: fields.Reason,
    right: fields.OnlyRight = "",
    organisation: fields.WithinOrganisation = None,
    area: fields.WithinArea = None,
    since: fields.From = None,
) -> Delegation:
    """Never further than the lender has it: it leans on his holding, and ends with it."""
    check_own(actor, holding)
    starts_at, ends_at = moments(since, until)
    loan = Delegation(holding=holding, right=right, post=post, organisation=organisation, area=area, reason=reason,
                      starts_at=starts_at, ends_at=ends_at or starts_at, given_by_id=int(actor.person))
    check_loan(loan)
    loan.save()
    say("permission.delegated", facts_of_loan(loan))
    return loan


@action("permission.end_delegation", title=t("终止委托", "End the loan"), says=("permission.delegation_ended",),
        when=is_running, icon="user-minus")
def end_delegation(actor: Actor, delegation: Delegation) -> Delegation:
    """By the lender, by who received it, or by whoever may take the role back."""
    sides = (str(delegation.given_by_id), str(delegation.post.person_id))
    if actor.person not in sides and not rights.may(actor, "permission.withdraw", delegation.holding):
        rights.require(actor, "permission.withdraw", delegation.holding)
    delegation.ends_at, delegation.ended_by = max(clock.now(), delegation.starts_at), _person(actor)
    delegation.save(update_fields=["ends_at", "ended_by"])
    say("permission.delegation_ended", facts_of_loan(delegation))
    return delegation


@action("permission.elevate", title=t("提权", "Elevate"), says=("permission.elevated",), when=is_askable,
        icon="shield-up", lead=t("限时使用平时不生效的角色。全程留痕，页面顶部持续提示，可提前结束。",
                                 "Use, for some hours, a role that is otherwise of no effect. It is on record, "
                                 "shown on top of every page, and can be ended early."))
def elevate(
    actor: Actor,
    holding: fields.FromHolding,
    hours: fields.Hours,
    reason: fields.LongReason,
    code: fields.OneTimeCode = EMPTY,
    password: fields.Password = EMPTY,
) -> Elevation:
    """A timed session with a role that is held on request only, after the person is confirmed once more."""
    check_own(actor, holding)
    if actor.rights is not None:
        raise Problem(t("接口令牌不能提权", "A token cannot be elevated"))
    now = clock.now()
    if Elevation.objects.current(now).filter(holding=holding).exists():
        raise Conflict(t("已在提权中", "It is elevated already"))
    means = confirm(int(actor.person), password.get_secret_value(), code.get_secret_value())
    elevation = Elevation.objects.create(holding=holding, person_id=int(actor.person), reason=reason, means=means,
                                         starts_at=now, ends_at=now + timedelta(hours=hours))
    say("permission.elevated", facts_of_elevation(elevation))
    return elevation


@action("permission.end_elevation", title=t("结束提权", "End the elevation"), says=("permission.elevation_ended",),
        when=is_running, icon="shield-down")
def end_elevation(actor: Actor, elevation: Elevation) -> Elevation:
    """By the person, or by whoever watches over it."""
    if actor.person != str(elevation.person_id) and not _watches(actor, elevation):
        rights.require(actor, "permission.withdraw", elevation.holding)
    elevation.ends_at, elevation.ended_by = clock.now(), _person(actor)
    elevation.save(update_fields=["ends_at", "ended_by"])
    say("permission.elevation_ended", facts_of_elevation(elevation))
    return elevation


@action("permission.set_apart", title=t("设定职责分离", "Keep apart"), says=("permission.separated",),
        icon="arrows-split")
def set_apart(actor: Actor, one: fields.Right, other: fields.OtherRight, reason: fields.Reason) -> Separation:
    """Whoever used one of the two rights on a thing may not use the other on it."""
    for field, right in (("one", one), ("other", other)):
        if right not in registry.rights():
            raise Problem(t(f"没有这项权限：{right}", f"There is no right {right}"), field=field)
    if one == other:
        raise Problem(t("请选两项不同的权限", "Choose two different rights"), field="other")
    pair = pair_of(one, other)
    if pair in declared() or Separation.objects.filter(one=pair[0], other=pair[1], ended_at=None).exists():
        raise Conflict(t("这两项权限已经分离", "These two are kept apart already"))
    made = Separation.objects.create(one=pair[0], other=pair[1], reason=reason, set_by=_person(actor))
    say("permission.separated", {"id": made.pk, "one": made.one, "other": made.other, "is_set": True})
    return made


@action("permission.drop_apart", title=t("取消职责分离", "Keep apart no longer"), says=("permission.separated",),
        when=lambda pair: pair.ended_at is None, icon="arrows-join",
        confirm=t("今后同一人可以对同一事项办理这两项。", "One person may then do both to the same thing."))
def drop_apart(actor: Actor, separation: Separation, reason: fields.Reason) -> Separation:
    separation.ended_at, separation.ended_by = clock.now(), _person(actor)
    separation.save(update_fields=["ended_at", "ended_by"])
    say("permission.separated", {"id": separation.pk, "one": separation.one, "other": separation.other,
                                 "is_set": False})
    return separation


@action("permission.import_grants", title=t("批量授权", "Import grants"), says=("permission.granted",),
        icon="file-import",
        lead=t("CSV，首行为列名：账号、岗位、角色、机构、区域、起、止、事由。逐行办理，未通过的行连同原因留存。",
               "CSV with a header: username, post, role, organisation, area, from, until, reason. Each row stands "
               "for itself; those not taken are kept with why."))
def import_grants(actor: Actor, file: fields.File) -> Import:
    """Good rows become holdings, bad ones are kept with their reason."""
    rows = batches.rows_of(file)
    batch = Import.objects.create(file_name=file.name or "", read_by=_person(actor))
    for line, row in rows:
        try:
            with transaction.atomic():
                _grant_row(actor, batches.read_row(row))
            batch.granted += 1
        except LudaoError as error:
            RefusedRow.objects.create(batch=batch, line=line, row=row, reason=str(error)[:400])
            batch.refused += 1
    batch.save(update_fields=["granted", "refused"])
    return batch


@action("permission.remind_expiring", title=t("提醒到期", "Remind of what ends soon"), says=("permission.expiring",),
        icon="bell")
def remind_expiring(actor: Actor) -> int:
    """Once for each role and each loan that ends within a week."""
    now = clock.now()
    soon = {"ends_at__gt": now, "ends_at__lte": now + REMIND_BEFORE, "reminded_at": None}
    holdings = list(Holding.objects.filter(**soon).exclude(approved_at=None).select_related("post__person"))
    loans = list(Delegation.objects.filter(**soon).select_related("holding", "post__person"))
    for holding in holdings:
        say("permission.expiring", {"kind": "holding", **facts_of(holding)})
    for loan in loans:
        say("permission.expiring", {"kind": "delegation", **facts_of_loan(loan)})
    Holding.objects.filter(pk__in=[h.pk for h in holdings]).update(reminded_at=now)
    Delegation.objects.filter(pk__in=[d.pk for d in loans]).update(reminded_at=now)
    return len(holdings) + len(loans)


def _person(actor: Actor) -> Person | None:
    """The account behind the actor; the house itself has none."""
    return Person.objects.get(pk=int(actor.person)) if actor.person else None


def _end(holding: Holding, actor: Actor, reason: str) -> None:
    holding.ends_at = max(clock.now(), holding.starts_at)
    holding.ended_by, holding.ended_why = _person(actor), reason
    holding.save(update_fields=["ends_at", "ended_by", "ended_why"])


def _watches(actor: Actor, elevation: Elevation) -> bool:
    """Who reads the audit may stop an elevation when he sees it."""
    return rights.may(actor, "base.read_audit")


def _grant_row(actor: Actor, row: dict[str, Any]) -> None:
    """One row of a file, by the very function that a page calls."""
    rights.require(actor, "permission.grant", row["post"])
    grant(actor, **row)
