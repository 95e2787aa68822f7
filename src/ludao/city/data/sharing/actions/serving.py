"""The verbs of those who look after endpoints: shut for maintenance, open, verify the message log."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t

from .. import verifying
from ..models import Endpoint, Given, Grant, Verification


@action(
    "data.sharing.shut",
    title=t("停机维护", "Shut for maintenance"),
    icon="tool",
    says=("data.sharing.shut",),
    when=lambda endpoint: not endpoint.is_shut,
    confirm=t("维护期间接口返回503和公告。", "Meanwhile it answers 503 with the notice."),
)
def shut(
    actor: Actor,
    endpoint: Endpoint,
    notice: Annotated[str, Field(title=t("维护公告", "Notice"), min_length=2, max_length=500)],
    shut_from: Annotated[
        datetime | None, Field(title=t("开始", "From"), description=t("不填为现在", "Now when empty"))
    ] = None,
    shut_until: Annotated[datetime | None, Field(title=t("结束", "Until"))] = None,
) -> Endpoint:
    begins = aware(shut_from) or clock.now()
    ends = aware(shut_until)
    if ends and ends <= begins:
        raise Problem(t("结束应晚于开始", "It ends after it begins"), field="shut_until")
    endpoint.shut_from, endpoint.shut_until, endpoint.notice = begins, ends, notice
    endpoint.save(update_fields=["shut_from", "shut_until", "notice"])
    say("data.sharing.shut", {"address": endpoint.address, "from": begins, "until": ends, "notice": notice})
    return endpoint


@action(
    "data.sharing.open",
    title=t("恢复服务", "Open again"),
    icon="player-play",
    when=lambda endpoint: endpoint.shut_from is not None,
)
def open(actor: Actor, endpoint: Endpoint) -> Endpoint:
    endpoint.shut_from, endpoint.shut_until, endpoint.notice = None, None, ""
    endpoint.save(update_fields=["shut_from", "shut_until", "notice"])
    return endpoint


@action("data.sharing.verify", title=t("核验日志", "Verify the log"), icon="shield-check")
def verify(actor: Actor, grant: Given) -> Given:
    """The giver walks the whole chain of a grant's messages; what was found is kept with the grant."""
    walk(actor, grant)
    return grant


@action(
    "data.sharing.verify_own", title=t("核验日志", "Verify the log"), icon="shield-check", right="data.sharing.verify"
)
def verify_own(actor: Actor, grant: Grant) -> Grant:
    """The holder does the same."""
    walk(actor, grant)
    return grant


def walk(actor: Actor, grant: Grant) -> Verification:
    found = verifying.verify(grant)
    return Verification.objects.create(
        grant_id=grant.pk, messages=found.messages, head=found.head, faults=found.faults, by=actor.name
    )


def aware(moment: datetime | None) -> datetime | None:
    """A time typed without a zone is Shanghai's."""
    return moment.replace(tzinfo=clock.SHANGHAI) if moment and moment.tzinfo is None else moment
