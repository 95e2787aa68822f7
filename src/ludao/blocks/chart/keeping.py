"""Charts that come as files: `content/*.chart.toml` of any folder, each file a table of charts by their key."""

import tomllib
from collections.abc import Iterator
from typing import Any

from ludao.base import registry
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t

from .actions import draw
from .engine import spec
from .models import Chart


def shipped() -> Iterator[tuple[str, str]]:
    """Address and declaration of every chart that a folder ships: overview.chart.enterprises."""
    for manifest in registry.manifests():
        for path in sorted((manifest.folder / "content").glob("*.chart.toml")):
            for key, text in _tables(path.read_text(encoding="utf-8")):
                yield f"{manifest.address}.{key}", text


def _tables(text: str) -> Iterator[tuple[str, str]]:
    """Each `[key]` of the file as a text of its own: what an officer sees is what stands in the file."""
    known = tomllib.loads(text)
    key, lines = "", list[str]()
    for line in text.splitlines():
        head = line.strip()
        if head.startswith("[") and not head.startswith("[[") and head[1:-1] in known:
            if key:
                yield key, "\n".join(lines).strip() + "\n"
            key, lines = head[1:-1], []
        elif key:
            lines.append(line.replace(f"[{key}.", "[").replace(f"[[{key}.", "[["))
    if key:
        yield key, "\n".join(lines).strip() + "\n"


def ship(actor: Actor) -> int:
    """How many were new or changed. What an officer changed in the page stays as the officer left it."""
    made = 0
    for address, text in shipped():
        there = Chart.objects.filter(pk=address).first()
        if there and (there.text == text or not there.is_shipped):
            continue
        draw(actor, address=address, text=text)
        made += 1
    return made


def get(address: str) -> Chart:
    """Raises Problem where there is none in use."""
    found = Chart.objects.filter(pk=address, ended_at=None).first()
    if found is None:
        raise Problem(t(f"没有图表 {address}", f"There is no chart {address}"), field="chart")
    return found


def titles(addresses: list[str]) -> dict[str, str]:
    return {c.pk: str(c) for c in Chart.objects.filter(pk__in=addresses)}


def reading(text: str) -> tuple[spec.Spec | None, LudaoError | None]:
    """A declaration, or what is wrong with it."""
    try:
        return spec.read(text), None
    except LudaoError as error:
        return None, error


def of_domain(domain: str) -> Any:
    return Chart.objects.filter(domain=domain, ended_at=None)
