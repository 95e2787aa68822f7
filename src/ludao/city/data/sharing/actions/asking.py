"""The applicant's verbs: apply, amend, withdraw, renew."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from ..finding import Found, check_columns, find
from ..lives import move, note
from ..models import Application, Grant
from ..models.asking import RETURNED, WAYS, due
from ..posting import post

DAYS = 10  # working days in which an owner decides (Xiamen's rules for sharing public data: ten)
LONGEST_DAYS = 3 * 366
NO_NAMES: list[str] = []
Address = Annotated[
    str,
    Field(
        title=t("数据集", "Dataset"),
        min_length=3,
        max_length=120,
        description=t(
            "目录中的地址，如 source.police.resident", "Its address in the catalogue, e.g. source.police.resident"
        ),
    ),
]
Names = Annotated[
    list[str],
    Field(
        title=t("申请字段", "Columns"), min_length=1, max_length=300, description=t("每行一个字段名", "One name a line")
    ),
]
Plain = Annotated[
    list[str],
    Field(
        title=t("申请明文的字段", "Columns asked for in plain"),
        max_length=300,
        description=t(
            "敏感字段默认脱敏；确需明文的列在这里并在场景中说明",
            "Sensitive columns come masked; name those needed in plain",
        ),
    ),
]
Ways = Annotated[
    list[Literal["lookup", "batch", "changes"]],
    Field(title=t("使用方式", "Ways of use"), min_length=1),
    Choices(dict(WAYS)),
]
Purpose = Annotated[str, Field(title=t("用途", "Purpose"), min_length=2, max_length=200)]
Basis = Annotated[str, Field(title=t("法律依据", "Legal basis"), min_length=2, max_length=300)]
Scene = Annotated[str, Field(title=t("应用场景", "Scene"), min_length=2, max_length=4000), Kind("text")]
Often = Annotated[int, Field(title=t("预计每日次数", "Expected a day"), ge=0, le=100_000_000)]
Until = Annotated[date, Field(title=t("截止日期", "Until"))]
Words = Annotated[str, Field(title=t("说明", "Words"), min_length=2, max_length=2000), Kind("text")]


@action(
    "data.sharing.apply",
    title=t("申请共享", "Apply for data"),
    icon="send",
    says=("data.sharing.applied",),
    lead=t(
        "选数据集和字段，说明用途与依据；数源单位在10个工作日内答复。",
        "Choose columns, say what for; the owner answers within ten working days.",
    ),
)
def apply(
    actor: Actor,
    address: Address,
    columns: Names,
    purpose: Purpose,
    basis: Basis,
    scene: Scene,
    ends_on: Until,
    plain: Plain = NO_NAMES,
    ways: Ways = ["lookup"],  # noqa: B006  (read only)
    frequency: Often = 0,
    begins_on: Annotated[date | None, Field(title=t("开始日期", "From"))] = None,
) -> Application:
    found = find(address)
    begins = begins_on or clock.today()
    check_columns(found, columns, plain)
    check_days(begins, ends_on)
    applicant = organisation_of(actor)
    if found.owner == applicant.code:
        raise Problem(
            t("这是本单位自己的数据，无需申请", "These are your own organisation's data; no need to ask"),
            field="address",
        )
    if not found.owner:
        raise Problem(t("该数据集没有数源单位，无法申请", "Nobody owns that dataset"), field="address")
    now = clock.now()
    return sent(
        actor,
        Application.objects.create(
            address=found.address,
            title_zh=found.zh,
            title_en=found.en,
            owner_id=found.owner,
            applicant=applicant,
            columns=unique(columns),
            plain=unique(plain),
            ways=unique(ways),
            purpose=purpose,
            basis=basis,
            scene=scene,
            frequency=frequency,
            begins_on=begins,
            ends_on=ends_on,
            person=actor.person,
            by=actor.name,
            sent_at=now,
            due_at=due(now, DAYS),
        ),
    )


@action(
    "data.sharing.amend",
    title=t("补正", "Amend"),
    icon="edit",
    says=("data.sharing.applied",),
    when=lambda application: application.state == RETURNED and not application.is_upward,
)
def amend(
    actor: Actor,
    application: Application,
    columns: Names,
    purpose: Purpose,
    basis: Basis,
    scene: Scene,
    ends_on: Until,
    plain: Plain = NO_NAMES,
    frequency: Often = 0,
) -> Application:
    found: Found = find(application.address)
    check_columns(found, columns, plain)
    check_days(application.begins_on, ends_on)
    application.columns, application.plain = unique(columns), unique(plain)
    application.purpose, application.basis, application.scene = purpose, basis, scene
    application.ends_on, application.frequency = ends_on, frequency
    application.due_at = due(clock.now(), DAYS)
    move(actor, application, "amended")
    say("data.sharing.applied", facts(application))
    return application


@action(
    "data.sharing.withdraw",
    title=t("撤回申请", "Withdraw"),
    icon="arrow-back-up",
    says=("data.sharing.withdrawn",),
    when=lambda application: application.is_open,
    confirm=t("撤回后需要重新申请。", "You would have to apply anew."),
)
def withdraw(actor: Actor, application: Application, words: Words) -> Application:
    move(actor, application, "withdrawn", words)
    if application.peer and application.is_upward:
        post(
            actor, application.peer, "withdrawal", {"application": application.number, "words": words}, str(application)
        )
    say("data.sharing.withdrawn", {**facts(application), "words": words})
    return application


@action(
    "data.sharing.renew",
    title=t("申请续期", "Ask to renew"),
    icon="calendar-plus",
    says=("data.sharing.applied",),
    when=lambda grant: grant.state != "revoked" and grant.organisation_id,
)
def renew(actor: Actor, grant: Grant, ends_on: Until, scene: Scene) -> Application:
    """The same columns for the same purpose, for longer; the owner decides once more."""
    if ends_on <= grant.ends_on:
        raise Problem(
            t(f"应晚于现在的截止日期 {grant.ends_on}", f"Later than {grant.ends_on}, please"), field="ends_on"
        )
    check_days(clock.today(), ends_on)
    if Application.objects.filter(renews=grant, state__in=("waiting", "returned")).exists():
        raise Problem(t("已有续期申请在办", "A renewal is being decided already"))
    now = clock.now()
    return sent(
        actor,
        Application.objects.create(
            address=grant.address,
            title_zh=grant.title_zh,
            title_en=grant.title_en,
            owner=grant.owner,
            applicant=grant.organisation,
            renews=grant,
            columns=grant.columns,
            plain=grant.plain,
            ways=grant.ways,
            purpose=grant.purpose,
            basis=grant.basis,
            scene=scene,
            frequency=grant.quota_day,
            begins_on=clock.today(),
            ends_on=ends_on,
            person=actor.person,
            by=actor.name,
            sent_at=now,
            due_at=due(now, DAYS),
        ),
    )


def sent(actor: Actor, application: Application) -> Application:
    note(actor, application, "sent", application.scene)
    say("data.sharing.applied", facts(application))
    return application


def facts(application: Application) -> dict[str, Any]:
    """What every event of an application carries."""
    return {
        "application": application.pk,
        "number": application.number,
        "address": application.address,
        "owner": application.owner_id,
        "applicant": application.applicant_id,
        "peer": application.peer_id,
        "columns": application.columns,
        "plain": application.plain,
        "purpose": application.purpose,
        "state": application.state,
    }


def organisation_of(actor: Actor) -> Organisation:
    """The organisation under whose post somebody acts."""
    found = Organisation.objects.filter(code=actor.organisation).first()
    if found is None:
        raise Problem(t("请以某个单位的岗位办理", "Do this under a post of an organisation"))
    return found


def check_days(begins: date, ends: date) -> None:
    if ends < max(begins, clock.today()):
        raise Problem(
            t("截止日期应在开始日期之后，且不早于今天", "It ends after it begins, and not before today"),
            field="ends_on",
        )
    if (ends - begins).days > LONGEST_DAYS:
        raise Problem(
            t("一次最长三年，到期前可以续期", "Three years at the longest; it can be renewed"), field="ends_on"
        )


def unique(names: Any) -> list[str]:
    return list(dict.fromkeys(names))
