"""Keeps the catalogue complete: every dataset of the house and every table of the lake is an entry."""

from typing import Any

from django.db import connection

from ludao.base import clock, datasets
from ludao.base.datasets import Dataset
from ludao.blocks.catalogue.entries import Entry
from ludao.blocks.catalogue.lineage import derived, inherit
from ludao.blocks.catalogue.registering import register
from ludao.blocks.catalogue.traces import Edge
from ludao.blocks.catalogue.words import named, opened

TYPES = {"int4": "integer", "int8": "integer", "int2": "integer", "numeric": "decimal", "float8": "number",
         "bool": "boolean", "date": "date", "timestamptz": "timestamp"}


def sync() -> dict[str, int]:
    """Enter what is new, bring up what changed, count what is there. Doing it again changes nothing."""
    here = [_enter(dataset) for dataset in datasets.every()]
    tables = _tables()
    gone = Entry.objects.filter(kind="dataset").exclude(address__in=here).update(is_withdrawn=True)
    return {"datasets": len(here), "tables": len(tables), "withdrawn": gone}


def _enter(dataset: Dataset) -> str:
    before = Entry.objects.filter(pk=dataset.address).values_list("contract", flat=True).first()
    said = contract_of(dataset)
    entry = register(said)
    if before != entry.contract:
        derived(dataset.address, sql=dataset.sql, by="datasets", dialect="postgres")
    _count(entry, dataset)
    return dataset.address


def contract_of(dataset: Dataset) -> dict[str, Any]:
    """A dataset's header in the words of a contract."""
    kinds = datasets.kinds_of(dataset)
    columns = {
        c.name: {**c.pair, "type": TYPES.get(kinds[c.name].name, "text"), "grade": c.grade, "mask": c.mask}
        for c in dataset.columns
    }
    scope = dataset.scope
    ways = ("organisation", "area", "person")
    whose = {way: getattr(scope, way) for way in ways if getattr(scope, way, "")}
    return {"address": dataset.address, "kind": "dataset", "title": dataset.titles, "row": dataset.rows,
            "owner": dataset.manifest.owner, "system": dict(dataset.manifest.title), "key": list(dataset.key),
            "promise": dataset.fresh, "form": "view" if dataset.fresh == "live" else "delta", "scope": whose,
            "note": dataset.note, "columns": columns}


def _count(entry: Entry, dataset: Dataset) -> None:
    if dataset.fresh != "live":
        _describe(entry)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {dataset.view}", [])
        records = cursor.fetchone()[0]
    if entry.loaded_at is None or records != entry.records:
        entry.records, entry.loaded_at = records, clock.now()
        entry.save(update_fields=["records", "loaded_at"])


def _describe(entry: Entry) -> None:
    """How large the table is now; the lake knows without reading a row."""
    from ludao.blocks.lake import public as lake

    if not lake.exists(entry.address):
        return
    table = lake.describe(entry.address)
    if (entry.records, entry.size, entry.version) == (table.rows, table.bytes, table.version):
        return
    entry.records, entry.size, entry.version, entry.loaded_at = table.rows, table.bytes, table.version, table.updated_at
    entry.save(update_fields=["records", "size", "version", "loaded_at"])


def _tables() -> list[str]:
    from ludao.blocks.lake import public as lake

    known = {e.address: e for e in Entry.objects.all()}
    found = lake.addresses()
    for address in found:
        entry = known.get(address)
        if entry is None or entry.contract.get("inferred"):
            entry = _infer(lake.describe(address))
        if entry.form == "delta":
            _describe(entry)
    return found


def _infer(table: Any) -> Entry:
    """Entered, and as high as what it is made of; what is made of it follows."""
    entry = register(_inferred(table))
    for address in (entry.address, *Edge.objects.filter(from_address=entry.address).values_list(
            "address", flat=True).distinct()):
        inherit(address)
    return Entry.objects.get(pk=entry.pk)


def _inferred(table: Any) -> dict[str, Any]:
    """A table that nobody described: its columns by their own names, with the meaning that such a name has; lists and
    structures, which may hold anything, are secret until somebody says otherwise."""
    columns = {field.name: {"zh": field.name, "en": field.name, "type": _type(str(field.type)),
                            "masks": opened().get(field.name, ""),
                            "means": "mixed" if "<" in str(field.type) else named().get(field.name, "")}
               for field in table.schema}
    return {"address": table.address, "inferred": True, "kind": "table", "title": _pair(table),
             "owner": "xm-dsj", "key": list(table.key), "columns": columns}


def _pair(table: Any) -> dict[str, str]:
    given = table.titles or table.address
    return {"zh": given, "en": table.address} if isinstance(given, str) else dict(given)


def _type(arrow: str) -> str:
    for prefix, name in (("int", "integer"), ("decimal", "decimal"), ("double", "number"), ("float", "number"),
                         ("bool", "boolean"), ("date", "date"), ("timestamp", "timestamp")):
        if arrow.startswith(prefix):
            return name
    return "text"
