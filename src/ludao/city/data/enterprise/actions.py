"""The one act on an enterprise's file that leaves a mark: an officer opens it, for a purpose."""

from typing import Annotated

from pydantic import Field

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.profile import public as profile

from .desk import DESK


@action("data.enterprise.open", title=t("打开档案", "Open the file"), icon="user-search")
def open_file(
    actor: Actor,
    entity: Annotated[str, Field(title=t("企业标识", "Enterprise"), min_length=8, max_length=40)],
    purpose: Annotated[profile.Purpose, Field(title=t("用途", "Purpose")), Choices(profile.PURPOSES)],
    basis: Annotated[str, Field(title=t("事由", "For which matter"), min_length=4, max_length=120)],
) -> profile.File:
    return profile.opened(actor, DESK, entity, purpose, basis)
