"""The holder's verbs: take out a profile for Delta Sharing, subscribe to changes."""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from ludao.base import clock, tokens
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import public as lake

from ..models import Grant, Subscription

LONGEST = timedelta(days=364)


class Profile(BaseModel):
    """What a Delta Sharing client opens; the credential in it is shown this once."""

    token: str
    expires_at: datetime


@action(
    "data.sharing.download_profile",
    title=t("下载批量凭据", "Download the profile"),
    icon="key",
    when=lambda grant: grant.is_in_force() and "batch" in grant.ways,
    lead=t("凭据只显示一次。", "The credential is shown once."),
)
def download_profile(
    actor: Actor,
    grant: Grant,
    expires_on: Annotated[date | None, Field(title=t("有效期至", "Expires on"))] = None,
) -> Profile:
    """A token of the person under this post that may use the organisation's grants; ends with the grant."""
    ends = min(expires_on or grant.ends_on, grant.ends_on, clock.today() + LONGEST)
    issued = tokens.issue_token(
        actor, name=f"Delta Sharing {grant.number}", rights=["data.sharing.use"], expires_on=ends
    )
    return Profile(token=issued.token, expires_at=issued.expires_at)


@action(
    "data.sharing.subscribe",
    title=t("订阅变更", "Subscribe to changes"),
    icon="bell-plus",
    when=lambda grant: grant.is_in_force() and "changes" in grant.ways,
)
def subscribe(actor: Actor, grant: Grant) -> Subscription:
    """From now on each load's changes are sent to the holder's stream, masked as everything else."""
    if not lake.exists(grant.address):
        raise Problem(t("该数据集还没有数据，不能订阅", "That dataset holds no data yet"))
    made, _ = Subscription.objects.update_or_create(
        grant_id=grant.pk,
        defaults={"is_open": True, "by": actor.name, "error": "", "cursor": lake.describe(grant.address).version},
    )
    return made


@action(
    "data.sharing.unsubscribe",
    title=t("退订", "End the subscription"),
    icon="bell-off",
    when=lambda subscription: subscription.is_open,
)
def unsubscribe(actor: Actor, subscription: Subscription) -> Subscription:
    subscription.is_open = False
    subscription.save(update_fields=["is_open"])
    return subscription
