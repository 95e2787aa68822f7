"""Sessions: which hat is worn in one, which ones end, and how the person likes to see the city."""

from typing import Annotated, Literal

from pydantic import Field

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity import letting
from ludao.blocks.identity.models import Login, Mandate, Post, Preference


@action("identity.wear", title=t("切换身份", "Change hats"), icon="switch-horizontal")
def wear(actor: Actor, login: Login, post: Post | None = None, mandate: Mandate | None = None) -> Login:
    """From now on this session acts under the post, for the enterprise, or (neither given) for oneself."""
    for hat, field in ((post, "post"), (mandate, "mandate")):
        if hat and (hat.person_id != login.person_id or not hat.is_current()):
            raise Problem(t("您现在没有这个身份", "You do not have this hat now"), field=field)
    login.post, login.mandate = (None if mandate else post), mandate
    login.save(update_fields=["post", "mandate"])
    return login


@action("identity.end_logins", title=t("退出所选设备", "Log out these devices"), icon="logout")
def end_logins(actor: Actor, logins: list[Login]) -> None:
    letting.end(logins, "remote")


@action("identity.prefer", title=t("显示设置", "Display settings"), icon="adjustments")
def prefer(
    actor: Actor,
    language: Annotated[Literal["zh-hans", "en"] | None, Field(title=t("语言", "Language"))] = None,
    theme: Annotated[Literal["auto", "light", "dark"] | None, Field(title=t("明暗", "Theme"))] = None,
    type: Annotated[Literal["normal", "large"] | None, Field(title=t("字号", "Type size"))] = None,
) -> Preference:
    """What is given changes, the rest stays."""
    given = {"language": language, "theme": theme, "type": type}
    preference, _ = Preference.objects.get_or_create(person_id=actor.person)
    for name, value in given.items():
        if value:
            setattr(preference, name, value)
    preference.save()
    return preference
