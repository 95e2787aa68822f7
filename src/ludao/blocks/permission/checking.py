"""What is refused when a role is given or lent, each with what to mend."""

from datetime import date, datetime, time, timedelta

from ludao.base import clock, rights
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.permission import titles
from ludao.blocks.permission.apart import conflicts
from ludao.blocks.permission.fields import ROLES
from ludao.blocks.permission.held import span_of, tree_version
from ludao.blocks.permission.models import Delegation, Holding
from ludao.blocks.permission.reaching import is_within

LONGEST_DELEGATION = 366  # days


def moments(since: date | None, until: date | None) -> tuple[datetime, datetime | None]:
    """Days as people give them, as moments: from midnight, and up to the midnight that ends the last day."""
    now = clock.now()
    starts_at = now if since is None or since == clock.day_of(now) else _midnight(since)
    ends_at = _midnight(until + timedelta(days=1)) if until else None
    if starts_at < now:
        raise Problem(t("起始日已过", "That day is past"), field="since")
    if ends_at and ends_at <= starts_at:
        words = t("截止日应不早于起始日，也不早于今天", "The last day must not be before the first, nor past")
        raise Problem(words, field="until")
    return starts_at, ends_at


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def check_grant(actor: Actor, holding: Holding, despite_conflict: bool) -> None:
    if holding.role not in ROLES:
        raise Problem(t(f"没有这个角色：{holding.role}", f"There is no role {holding.role}"), field="role")
    if actor.person == str(holding.post.person_id):
        raise Problem(t("不能给自己授权", "Nobody gives a role to himself"), field="post")
    if not holding.post.is_current():
        raise Problem(t("此人已不在这个岗位", "That post has ended"), field="post")
    if not rights.may(actor, "permission.grant", holding):
        raise Problem(t("超出您自己的授权范围", "Further than you reach yourself"), field="organisation")
    clashes = conflicts(holding.post.person_id, holding.role)
    if clashes and not despite_conflict:
        pair, other = clashes[0]
        both = " × ".join(titles.right_title(right) for right in pair)
        raise Problem(t(f"职责冲突：此人已有“{titles.role_title(other)}”，两者合起来可办 {both}",
                        f"Conflict of duties: already “{titles.role_title(other)}”; together they carry {both}"),
                      field="despite_conflict")


def check_own(actor: Actor, holding: Holding) -> None:
    if actor.person != str(holding.post.person_id) or actor.post != str(holding.post_id):
        raise Problem(t("只能用自己当前岗位持有的角色", "Only a role of the post you act under"), field="holding")


def check_loan(loan: Delegation) -> None:
    """What can be refused at once; the judge holds the same bounds at every use."""
    if loan.right and not titles.carries(loan.holding.role, loan.right):
        raise Problem(t("您的这个角色没有该权限", "That role of yours does not carry this right"), field="right")
    if loan.post.person_id == loan.given_by_id:
        raise Problem(t("不能委托给自己", "Nobody lends to himself"), field="post")
    if not loan.post.is_current():
        raise Problem(t("此人已不在这个岗位", "That post has ended"), field="post")
    if loan.ends_at - loan.starts_at > timedelta(days=LONGEST_DELEGATION):
        raise Problem(t("委托最长一年", "A loan lasts a year at most"), field="until")
    if loan.holding.ends_at and loan.ends_at > loan.holding.ends_at:
        raise Problem(t("不能晚于您自己的授权期限", "Not longer than you hold it yourself"), field="until")
    tree = tree_version()
    outer = span_of(tree, loan.holding.organisation_id, loan.holding.area_id)
    inner = span_of(tree, loan.organisation_id or loan.holding.organisation_id, loan.area_id or loan.holding.area_id)
    if not is_within(inner, outer):
        raise Problem(t("超出您自己的授权范围", "Further than you reach yourself"), field="organisation")
