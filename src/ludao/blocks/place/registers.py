"""What every request asks of the registers, kept in memory by each process until they move."""

import time
from functools import lru_cache
from typing import Any

from django.db import connection

from ludao.base.text import pick
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.place import declared
from ludao.blocks.place.models import Outline, Register

SECONDS = 1.0  # how long a process trusts its copy
_held: dict[str, tuple[float, dict[str, Any]]] = {}


def versions() -> dict[str, Any]:
    """Register → the versions of the tables it was gathered from, and when."""
    name = str(connection.settings_dict["NAME"])
    known = _held.get(name)
    if known is None or time.monotonic() - known[0] > SECONDS:
        rows = Register.objects.values_list("name", "versions", "gathered_at")
        known = _held[name] = time.monotonic(), {key: [stands, at.isoformat()] for key, stands, at in rows}
    return known[1]


def spots() -> dict[str, tuple[float, float]]:
    """Area code → a point inside it."""
    return {code: (lon, lat) for code, lon, lat, _, _ in _areas(*_key())}


def names() -> dict[str, str]:
    """Area code → what it is called."""
    return {code: pick(zh, en or zh) for code, _, _, zh, en in _areas(*_key())}


def _key() -> tuple[str, str]:
    return str(connection.settings_dict["NAME"]), str(versions().get("outlines"))


@lru_cache(maxsize=4)
def _areas(database: str, version: str) -> list[tuple[str, float, float, str, str]]:
    return list(Outline.objects.values_list("code", "longitude", "latitude", "name", "name_en"))


_entries: dict[tuple[str, str], tuple[float, Any]] = {}
ENTRY_SECONDS = 30.0


def entries(addresses: list[str]) -> dict[str, Any]:
    """Catalogue entries by address, with their owners."""
    database, now = str(connection.settings_dict["NAME"]), time.monotonic()
    missing = [a for a in addresses if now - _entries.get((database, a), (-1e9, None))[0] > ENTRY_SECONDS]
    if missing:
        wanted = {*missing, *_every_source()}
        found = {e.address: e for e in catalogue.Entry.objects.filter(pk__in=wanted).select_related("owner")}
        _entries.update({(database, a): (now, found.get(a)) for a in wanted})
    return {a: _entries[database, a][1] for a in addresses}


@lru_cache(maxsize=1)
def _every_source() -> frozenset[str]:
    """The tables of all shipped layers: a page of many layers asks for them in one go."""
    layers = declared.shipped().values()
    return frozenset(name for layer in layers for name in (*declared.tables_of(layer.sql), layer.dataset) if name)
