"""The demonstration city's themes: those in content/, each table refreshed once its sources are in the lake."""

import tomllib
from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation

from . import actions, refreshing
from .definition import CONTENT
from .models import Table, Theme

ORDER = ("epidemic", "education", "credit", "care", "business")


def load(actor: Actor, scale: float) -> None:
    """Idempotent: a theme or table that is there stays as it is."""
    for key in ORDER:
        words = tomllib.loads((CONTENT / f"{key}.toml").read_text("utf-8"))
        theme = Theme.objects.filter(key=key).first() or _found(actor, key, words)
        for name in words["tables"]:
            if not theme.tables.filter(name=name).exists():
                text = (CONTENT / key / f"{name}.sql").read_text("utf-8")
                _refreshed(actor, actions.add(actor, theme=theme, name=name, text=text))


def _found(actor: Actor, key: str, words: dict[str, Any]) -> Theme:
    return actions.found(
        actor, key=key, title_zh=words["title"]["zh"], title_en=words["title"]["en"], lead_zh=words["lead"]["zh"],
        lead_en=words["lead"]["en"], owner=Organisation.objects.get(pk=words["owner"]))


def _refreshed(actor: Actor, table: Table) -> None:
    refreshing.refresh.now(actor, about=table.address, table=table.pk, number=table.number)
