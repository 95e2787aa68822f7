"""What is defined: sources and references from the folders' files, indicators as the table holds them now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from django.db.models import Count, Max

from ludao.base import registry
from ludao.base.actor import request_id
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation
from ludao.blocks.indicator.engine import definition as definitions
from ludao.blocks.indicator.engine import formulas
from ludao.blocks.indicator.engine.definition import Definition, Read, Source
from ludao.blocks.indicator.models import Indicator


@dataclass(frozen=True)
class House:
    """Everything that is known of indicators at one moment."""

    definitions: Mapping[str, Definition]
    sources: Mapping[str, Source]
    references: Mapping[str, Mapping[str, str]]
    owners: Mapping[str, tuple[str, str]]  # the departments' names, which stand beside every figure


@cache
def shipped() -> Mapping[str, Read]:
    """What each folder's files say, by its address."""
    found = {}
    for manifest in registry.manifests():
        read = definitions.read(manifest.folder / "content", manifest.address)
        if read.definitions or read.sources:
            found[manifest.address] = read
    return found


@cache
def sources() -> Mapping[str, Source]:
    return {name: source for read in shipped().values() for name, source in read.sources.items()}


@cache
def references() -> Mapping[str, Mapping[str, str]]:
    return {key: words for read in shipped().values() for key, words in read.references.items()}


_known: tuple[object, House] | None = None
_asked = ""  # the request that looked last: within one request they are looked for once


def forget() -> None:
    """Whoever changes a definition says so."""
    global _asked
    _asked = ""


def known() -> House:
    """Indicators in use; read again when one has changed."""
    global _known, _asked
    if _known and _asked and _asked == request_id():
        return _known[1]
    mark = tuple(Indicator.objects.aggregate(at=Max("changed_at"), n=Count("pk"), numbers=Max("number")).values())
    if _known is None or _known[0] != mark:
        found = _running({row.code: of(row) for row in Indicator.objects.filter(is_retired=False)})
        own = {one.source: one.own for one in found.values() if one.own is not None}
        _known = mark, House(found, {**sources(), **own}, references(), _owners(found))
    _asked = request_id()
    return _known[1]


def _owners(found: Mapping[str, Definition]) -> dict[str, tuple[str, str]]:
    rows = Organisation.objects.filter(pk__in={one.owner for one in found.values()})
    return {pk: (zh, en or zh) for pk, zh, en in rows.values_list("pk", "name", "name_en")}


def _running(found: dict[str, Definition]) -> dict[str, Definition]:
    """Formulas over what runs through a period do so too."""
    for level in formulas.order(found):
        for code in level:
            if any(found[taken].runs for taken in formulas.read(found[code].formula).codes):
                found[code] = replace(found[code], runs=True)
    return found


def of(row: Indicator) -> Definition:
    """The definition a row holds."""
    one = definitions.settled(definitions.define(row.code, row.text, row.by), sources())
    return replace(one, method="loaded") if row.method == "loaded" else one


def get(code: str) -> Definition:
    try:
        return known().definitions[code]
    except KeyError:
        raise Problem(t(f"没有指标 {code}", f"There is no indicator {code}"), field="code") from None
