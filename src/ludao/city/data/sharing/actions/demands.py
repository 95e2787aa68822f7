"""The verbs of the list of demands: publish, answer with an entry or a plan, close."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from ..finding import find
from ..models import Answer, Demand
from .asking import Purpose, Words, organisation_of


@action(
    "data.sharing.demand",
    title=t("发布需求", "Publish a demand"),
    icon="speakerphone",
    says=("data.sharing.demanded",),
    lead=t("目录里找不到需要的数据时，在这里公开提出。", "When the catalogue does not have what you need."),
)
def demand(
    actor: Actor,
    title: Annotated[str, Field(title=t("需要的数据", "What is needed"), min_length=2, max_length=200)],
    wanted: Annotated[
        str, Field(title=t("需要的字段与范围", "Columns and extent"), min_length=2, max_length=4000), Kind("text")
    ],
    purpose: Purpose,
    due_on: Annotated[date, Field(title=t("期望日期", "Wanted by"))],
    asked_of: Annotated[Organisation | None, Field(title=t("建议数源单位", "Asked of"))] = None,
) -> Demand:
    if due_on < clock.today():
        raise Problem(t("期望日期不能早于今天", "Not before today"), field="due_on")
    made = Demand.objects.create(
        title=title,
        wanted=wanted,
        purpose=purpose,
        due_on=due_on,
        asked_of=asked_of,
        asker=organisation_of(actor),
        by=actor.name,
    )
    say(
        "data.sharing.demanded",
        {"demand": made.pk, "title": title, "asker": made.asker_id, "asked_of": made.asked_of_id, "due_on": due_on},
    )
    return made


@action(
    "data.sharing.answer",
    title=t("回应需求", "Answer"),
    icon="message-reply",
    says=("data.sharing.answered",),
    when=lambda demand: demand.is_open,
    lead=t(
        "已有的数据集写地址；还没有的写计划日期。", "Name an existing dataset, or the day by which it will be there."
    ),
)
def answer(
    actor: Actor,
    demand: Demand,
    text: Words,
    address: Annotated[str, Field(title=t("已有数据集", "Existing dataset"), max_length=120)] = "",
    promised_on: Annotated[date | None, Field(title=t("承诺日期", "Promised for"))] = None,
) -> Demand:
    if not address and not promised_on:
        raise Problem(t("请写已有数据集的地址，或承诺日期", "Name a dataset, or a day"), field="address")
    if promised_on and promised_on < clock.today():
        raise Problem(t("承诺日期不能早于今天", "Not before today"), field="promised_on")
    if address:
        find(address)
    Answer.objects.create(
        demand=demand,
        organisation=organisation_of(actor),
        address=address,
        text=text,
        promised_on=promised_on,
        by=actor.name,
    )
    if address:
        demand.state, demand.address, demand.met_on = "met", address, clock.today()
    else:
        demand.state, demand.planned_on = "planned", promised_on
    demand.save()
    say(
        "data.sharing.answered",
        {
            "demand": demand.pk,
            "title": demand.title,
            "asker": demand.asker_id,
            "state": demand.state,
            "address": address,
            "promised_on": promised_on,
        },
    )
    return demand


@action(
    "data.sharing.close_demand",
    title=t("关闭需求", "Close the demand"),
    icon="archive",
    when=lambda demand: demand.is_open,
)
def close_demand(actor: Actor, demand: Demand, words: Words) -> Demand:
    if actor.person and actor.organisation != demand.asker_id:
        raise Problem(t("由需求单位关闭", "Only who asked may close it"))
    demand.state = "closed"
    demand.save(update_fields=["state"])
    Answer.objects.create(demand=demand, organisation=demand.asker, text=words, by=actor.name)
    return demand
