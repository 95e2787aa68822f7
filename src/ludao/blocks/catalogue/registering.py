"""Entering a dataset: from a department's contract, a dataset's header or a table of the lake; once or again."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.catalogue import words
from ludao.blocks.catalogue.entries import Column, Entry, Rule
from ludao.blocks.catalogue.implied import implied
from ludao.blocks.catalogue.spoken import spoken
from ludao.blocks.identity.public import Organisation

Contract = Mapping[str, Any]


@transaction.atomic
def register(contract: Contract) -> Entry:
    """Enter a dataset, or bring its entry up to its contract. What a person confirmed of a column stays."""
    address = contract["address"]
    before = Entry.objects.select_for_update().filter(pk=address).first()
    if before is not None and before.contract == contract and not before.is_withdrawn:
        return before
    entry, _ = Entry.objects.update_or_create(address=address, defaults=_facts(contract))
    _columns(entry, contract.get("columns", {}))
    _rules(entry, contract)
    regrade(entry)
    return entry


def get(address: str) -> Entry | None:
    """The entry of an address, or None."""
    return Entry.objects.filter(pk=address).first()


def regrade(entry: Entry) -> Entry:
    """A dataset is as sensitive as its most sensitive column."""
    grades = entry.columns.values_list("grade", flat=True)
    entry.grade = words.highest(grades, "internal")
    entry.save(update_fields=["grade"])
    return entry


def _facts(contract: Contract) -> dict[str, Any]:
    title, row, system = _pair(contract["title"]), _pair(contract.get("row", "")), _pair(contract.get("system", ""))
    return {
        "kind": contract.get("kind") or ("source" if contract["address"].startswith("source.") else "table"),
        "title_zh": title[0], "title_en": title[1], "row_zh": row[0], "row_en": row[1],
        "system_zh": system[0], "system_en": system[1], "note": contract.get("note", ""),
        "owner": _owner(contract.get("owner", "")),
        "theme": contract.get("theme") or words.theme_of(contract["address"]),
        "key": list(contract.get("key", ())), "at": contract.get("at", ""),
        "promise": contract.get("promise", "daily"), "form": contract.get("form", "delta"),
        "belongs": dict(contract.get("scope") or {}), "contract": dict(contract), "is_withdrawn": False,
        "words": spoken(contract),
    }


def _pair(said: Any) -> tuple[str, str]:
    if isinstance(said, Mapping):
        return str(said.get("zh", "")), str(said.get("en", ""))
    return str(said), ""


def _owner(code: str) -> Organisation | None:
    """By code, or by name as the manifests write it (市大数据管理局)."""
    if not code:
        return None
    found = Organisation.objects.filter(pk=code).first() or Organisation.objects.filter(
        name__in=(code, f"厦门{code}")).first() or Organisation.objects.filter(short=code).first()
    if found is None and code.isascii():
        raise Problem(t(f"没有单位 {code}", f"There is no organisation {code}"), field="owner")
    return found


def _columns(entry: Entry, given: Mapping[str, Any]) -> None:
    known = {c.name: c for c in entry.columns.all()}
    changed: list[Column] = []
    made: list[Column] = []
    for place, (name, said) in enumerate(given.items()):
        column = known.get(name) or Column(entry=entry, name=name)
        _describe(column, place, said)
        (changed if column.pk else made).append(column)
    Column.objects.bulk_create(made)
    Column.objects.bulk_update(changed, ["place", "zh", "en", "type", "means", "category", "grade", "mask",
                                         "masks_what", "is_required"])
    entry.columns.exclude(name__in=given).delete()


def _describe(column: Column, place: int, said: Mapping[str, Any]) -> None:
    column.place, column.type = place, said.get("type", "text")
    column.zh, column.en = said.get("zh") or column.name, said.get("en", "")
    column.is_required = bool(said.get("required", False))
    if column.confirmed_at:
        return
    column.means = said.get("means", "")
    meaning = words.meaning(column.means)
    column.category = said.get("category", meaning.category if column.means else "")
    column.grade = said.get("grade") or meaning.grade
    column.mask = said.get("mask", meaning.mask if column.grade in ("sensitive", "secret") else "")
    column.masks_what = said.get("masks", "")


def _rules(entry: Entry, contract: Contract) -> None:
    rows = [*_declared(entry, contract.get("rules", ())), *implied(entry, contract)]
    fresh = {row.name: row for row in reversed(rows)}  # a declared rule goes before an implied one of its name
    Rule.objects.bulk_create(
        list(fresh.values()), update_conflicts=True, unique_fields=["entry", "name"],
        update_fields=["zh", "en", "kind", "says", "is_stopping", "is_implied"])
    entry.rules.exclude(name__in=fresh).delete()


def _declared(entry: Entry, given: Iterable[Mapping[str, Any]]) -> list[Rule]:
    return [Rule(entry=entry, name=r["name"], zh=r.get("zh", r["name"]), en=r.get("en", ""), kind=r["kind"],
                 says=r["says"], is_stopping=bool(r.get("stops", False))) for r in given]
