"""A theme as its file declares it, `content/<key>.theme.toml`, and as an editor last composed it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ludao.base.text import from_pair

from .models import Edition

CONTENT = Path(__file__).parent / "content"
HERE = "overview.map"


@dataclass(frozen=True)
class Theme:
    """One screen: its layers in their order, figures, charts, the story, and what the city has no data for."""

    key: str
    titles: Mapping[str, str]
    order: int
    icon: str
    lead: Mapping[str, str]
    layers: tuple[str, ...]
    figures: tuple[Mapping[str, Any], ...]
    charts: tuple[Mapping[str, Any], ...]
    story: tuple[Mapping[str, Any], ...]
    missing: Mapping[str, str]
    lists: tuple[Mapping[str, Any], ...] = ()
    is_hidden: bool = False
    number: int = 0  # of the edition; 0 is as shipped

    @property
    def title(self) -> str:
        return str(from_pair(dict(self.titles)))

    @property
    def url(self) -> str:
        return f"/overview/map/theme/{self.key}/"

    @property
    def addresses(self) -> list[str]:
        """Every layer that any part of it draws on."""
        parts = (self.figures, self.charts, self.lists, self.story)
        named = [one["layer"] for part in parts for one in part if one.get("layer")]
        shown = [name for step in self.story for name in step.get("show", ())]
        return list(dict.fromkeys(full(name) for name in (*self.layers, *shown, *named)))


def full(name: str) -> str:
    """A layer of this folder by its bare name; others by their whole address."""
    return name if "." in name else f"{HERE}.{name}"


@cache
def shipped() -> dict[str, Theme]:
    found = [_read(path) for path in CONTENT.glob("*.theme.toml")]
    return {theme.key: theme for theme in sorted(found, key=lambda theme: theme.order)}


@cache
def cockpit() -> Theme:
    """The main screen, in the same words as a theme."""
    return _read(CONTENT / "cockpit.toml")


def _read(path: Path) -> Theme:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    return Theme(
        key=path.name.removesuffix(".toml").removesuffix(".theme"),
        titles=said["title"],
        order=said["order"],
        icon=said["icon"],
        lead=said["lead"],
        layers=tuple(said["layers"]),
        figures=tuple(said.get("figures", ())),
        charts=tuple(said.get("charts", ())),
        story=tuple(said.get("story", ())),
        lists=tuple(said.get("lists", ())),
        missing=said["missing"],
    )


def themes(with_hidden: bool = False) -> list[Theme]:
    """All themes in the editors' order; one query."""
    editions = {one.theme: one for one in Edition.objects.filter(is_current=True)}
    found = [composed(theme, editions.get(key)) for key, theme in shipped().items()]
    return sorted((one for one in found if with_hidden or not one.is_hidden), key=lambda one: (one.order, one.key))


def theme(key: str) -> Theme | None:
    if (known := shipped().get(key)) is None:
        return None
    return composed(known, Edition.objects.filter(theme=key, is_current=True).first())


PARTS = ("figures", "charts", "lists", "story")


def composed(theme: Theme, edition: Edition | None) -> Theme:
    if edition is None:
        return theme
    if edition.parts:
        theme = replace(theme, **{name: tuple(edition.parts.get(name, ())) for name in PARTS})  # type: ignore[arg-type]
    return replace(
        theme,
        titles={"zh": edition.title, "en": edition.title_en or edition.title},
        order=edition.order,
        layers=tuple(edition.layers),
        is_hidden=edition.is_hidden,
        number=edition.number,
    )


def parts_now(key: str) -> dict[str, Any]:
    """What the current edition put around the map; {} where that stands as shipped."""
    current = Edition.objects.filter(theme=key, is_current=True).first()
    return dict(current.parts) if current else {}
