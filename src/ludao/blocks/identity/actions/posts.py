"""Organisations and posts: found, rename and close a body; appoint people to it and dismiss them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.identity import tree
from ludao.blocks.identity.models import Area, Organisation, Person, Post
from ludao.blocks.identity.places import KINDS

Title = Annotated[str, Field(title=t("岗位", "Title"), min_length=1, max_length=80)]
TitleEn = Annotated[str, Field(title=t("岗位英文名", "Title in English"), max_length=120)]
BodyName = Annotated[str, Field(title=t("名称", "Name"), min_length=1, max_length=120)]
BodyNameEn = Annotated[str, Field(title=t("英文名称", "Name in English"), max_length=200)]


@action("identity.found", title=t("设立机构", "Found an organisation"), icon="building-community")
def found(
    actor: Actor,
    parent: Organisation,
    code: Annotated[str, Field(title=t("机构代码", "Code"), pattern=r"^[a-z0-9][a-z0-9-]{1,63}$")],
    name: BodyName,
    name_en: BodyNameEn = "",
    kind: Annotated[Literal["government", "department", "street", "community", "institution", "company"],
                    Choices(dict(KINDS)), Field(title=t("类别", "Kind"))] = "institution",
    area: Area | None = None,
) -> Organisation:
    """A body under another; without an area of its own it has its parent's."""
    if Organisation.objects.filter(pk=code).exists():
        raise Problem(t("此代码已被使用", "This code is taken"), field="code")
    body = Organisation.objects.create(code=code, name=name, name_en=name_en, kind=kind, parent=parent,
                                       level=parent.level + 1, area=area or parent.area)
    tree.moved()
    return body


@action("identity.rename", title=t("更名", "Rename"), icon="edit")
def rename(actor: Actor, organisation: Organisation, name: BodyName, name_en: BodyNameEn = "") -> Organisation:
    organisation.name, organisation.name_en = name, name_en
    organisation.save(update_fields=["name", "name_en"])
    return organisation


@action("identity.close", title=t("撤销机构", "Close an organisation"), icon="ban", when=lambda body: body.is_active,
        confirm=t("撤销后不能再任命人员。", "Nobody can be appointed to it afterwards."))
def close(actor: Actor, organisation: Organisation) -> Organisation:
    """Only when nothing active is under it and nobody holds a post in it."""
    if organisation.parts.filter(is_active=True).exists() or Post.objects.current().filter(organisation=organisation):
        raise Conflict(t("请先撤销下级机构并免去其中的岗位",
                         "First close what is under it and dismiss who holds a post in it"))
    organisation.is_active = False
    organisation.save(update_fields=["is_active"])
    tree.moved()
    return organisation


@action("identity.appoint", title=t("任命", "Appoint"), says=("identity.appointed",), icon="user-check")
def appoint(
    actor: Actor, organisation: Organisation, person: Person, title: Title, title_en: TitleEn = "",
    area: Area | None = None,
    since: Annotated[date | None, Field(title=t("任职起", "From"))] = None,
    until: Annotated[date | None, Field(title=t("任职止", "Until"))] = None,
) -> Post:
    """The person gets a post, and with it a hat to wear. What it may do is given by `permission`."""
    since = since or clock.today()
    if not organisation.is_active or not person.is_active:
        raise Problem(t("机构或账号已停用", "The organisation or the account is not in use"), field="organisation")
    if until and until < since:
        raise Problem(t("任职止不能早于任职起", "It cannot end before it begins"), field="until")
    post = Post.objects.create(organisation=organisation, person=person, title=title, title_en=title_en, area=area,
                               since=since, until=until)
    say("identity.appointed", {
        "post": post.pk, "person": person.pk, "organisation": organisation.code, "title": title,
        "area": area.code if area else organisation.area_id or "", "since": since.isoformat(),
        "until": until.isoformat() if until else None,
    })
    return post


@action("identity.dismiss", title=t("免职", "Dismiss"), says=("identity.dismissed",), icon="user-minus",
        when=lambda post: post.is_current(), confirm=t("免职后此岗位的权限即时失效。",
                                                       "The rights of the post end with it."))
def dismiss(
    actor: Actor, post: Post, until: Annotated[date | None, Field(title=t("最后一天", "Last day"))] = None
) -> Post:
    """Without a day the post ends now: its last day was yesterday (or it never began)."""
    yesterday = clock.today().fromordinal(clock.today().toordinal() - 1)
    last = until or yesterday
    if last < post.since:
        post.since = last
    post.until = last
    post.save(update_fields=["since", "until"])
    say("identity.dismissed", {"post": post.pk, "person": post.person_id, "organisation": post.organisation_id,
                               "until": last.isoformat()})
    return post
