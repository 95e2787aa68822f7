"""What is done with themes: composed anew, and brought back as they once were."""

from typing import Annotated

from pydantic import Field

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.place import public as place

from . import composing, declared
from .models import Edition

Key = Annotated[str, Field(title=t("专题", "Theme"), min_length=1, max_length=40)]


@action(
    "overview.map.compose",
    title=t("编排专题", "Compose a theme"),
    icon="layout-dashboard",
    lead=t(
        "每次编排存为一个新版本，可以随时恢复到从前。",
        "Each composition is a new edition; any earlier one can be brought back.",
    ),
)
def compose(
    actor: Actor,
    theme: Key,
    title: Annotated[str, Field(title=t("标题", "Title"), min_length=1, max_length=40)],
    layers: Annotated[
        list[str],
        Field(
            title=t("图层（一行一个，按显示次序）", "Layers (one a line, in their order)"), min_length=1, max_length=20
        ),
    ],
    title_en: Annotated[str, Field(title=t("英文标题", "Title in English"), max_length=80)] = "",
    order: Annotated[int, Field(title=t("次序", "Order"), ge=0, le=999)] = 0,
    is_hidden: Annotated[bool, Field(title=t("隐藏", "Hidden"))] = False,
    parts: Annotated[
        str,
        Field(
            title=t("指标、图表、清单与解读（JSON，空为不变）", "Figures, charts, lists, story (JSON)"),
            max_length=60_000,
        ),
        Kind("text"),
    ] = "",
) -> Edition:
    known = declared.shipped().get(theme)
    if known is None:
        raise Problem(
            t(
                f"没有专题 {theme}，有：{'、'.join(declared.shipped())}",
                f"No theme {theme}; there are {', '.join(declared.shipped())}",
            ),
            field="theme",
        )
    there = {layer.address for layer in place.every(actor)}
    if missing := [name for name in layers if declared.full(name) not in there]:
        raise Problem(t(f"没有图层 {missing[0]}", f"There is no layer {missing[0]}"), field="layers")
    return _new(
        actor,
        Edition(
            theme=theme,
            title=title,
            title_en=title_en,
            order=order or known.order,
            is_hidden=is_hidden,
            layers=list(dict.fromkeys(layers)),
            parts=composing.read(actor, parts) or declared.parts_now(theme),
        ),
    )


@action(
    "overview.map.restore",
    title=t("恢复此版本", "Bring this edition back"),
    icon="history",
    when=lambda edition: not edition.is_current,
)
def restore(actor: Actor, edition: Edition) -> Edition:
    return _new(
        actor,
        Edition(
            theme=edition.theme,
            title=edition.title,
            title_en=edition.title_en,
            order=edition.order,
            is_hidden=edition.is_hidden,
            layers=edition.layers,
            parts=edition.parts,
        ),
    )


def _new(actor: Actor, edition: Edition) -> Edition:
    last = Edition.objects.select_for_update().filter(theme=edition.theme).order_by("-number").first()
    Edition.objects.filter(theme=edition.theme, is_current=True).update(is_current=False)
    edition.number, edition.by = (last.number if last else 0) + 1, actor.name
    edition.save()
    return edition
