"""The items that come with the house: the catalogue's facts, and those defined in full, from the files of content/."""

import csv
import tomllib
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from . import finding
from .models import Item, Version
from .shelving import shelve

SHIPPER = "随系统提供"
Pair = tuple[dict[str, Any], dict[str, Any]]


@transaction.atomic
def ship() -> dict[str, int]:
    """How many were made, changed, the same. An item that an officer has revised since is left as they made it."""
    theirs = set(Version.objects.exclude(note=SHIPPER).values_list("item__code", flat=True))
    full = {row["code"]: (row, facts) for row, facts in defined()}
    pairs = [full.pop(row["code"], (row, facts)) for row, facts in listed()]
    wanted = [pair for pair in [*pairs, *full.values()] if pair[0]["code"] not in theirs]
    outcome = list(shelve(wanted, SHIPPER, SHIPPER, SHIPPER).values())
    return {word: outcome.count(word) for word in ("made", "changed", "same")}


def listed() -> Iterator[Pair]:
    """Items of which the main facts are known: content/catalogue.csv."""
    with (finding.CONTENT / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            row = {
                "code": line["code"],
                "organisation_id": line["organisation"],
                "name_zh": line["name"],
                "name_en": line["english"],
                "kind": line["kind"],
                "object": line["object"],
                "events": [line["event"]],
                "said": line["words"],
                "legal_days": int(line["legal_days"]),
                "promised_days": int(line["promised_days"]),
                "basic": "",
                "department": "",
            }
            yield row, {"legal_days": row["legal_days"], "promised_days": row["promised_days"]}


def defined() -> Iterator[Pair]:
    """Items defined from form to result: content/items/*.toml."""
    for path in sorted((finding.CONTENT / "items").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for code, one in table.items():
            yield _defined(code, one)


def _defined(code: str, table: dict[str, Any]) -> Pair:
    name = table.pop("name")
    facts = {
        key: value for key, value in table.items() if key not in ("kind", "organisation", "object", "events", "said")
    }
    row = {
        "code": code,
        "organisation_id": table["organisation"],
        "name_zh": name["zh"],
        "name_en": name["en"],
        "kind": table["kind"],
        "object": table["object"],
        "events": table["events"],
        "said": table.get("said", ""),
        "legal_days": table["legal_days"],
        "promised_days": table["promised_days"],
        "basic": table.get("basic", ""),
        "department": "",
    }
    return row, facts


def is_shipped(item: Item) -> bool:
    return item.origin == SHIPPER
