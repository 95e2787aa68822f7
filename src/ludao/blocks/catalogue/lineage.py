"""Where each column comes from: read from the SQL that makes it, or told; a column is never graded below its inputs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from ludao.blocks.catalogue import words
from ludao.blocks.catalogue.entries import Column, Entry
from ludao.blocks.catalogue.registering import regrade
from ludao.blocks.catalogue.traces import Edge

Sources = Mapping[str, Iterable[tuple[str, str]]]


@transaction.atomic
def derived(address: str, *, sql: str = "", columns: Sources | None = None, by: str = "",
            dialect: str = "duckdb") -> list[Edge]:
    """Keep where a dataset's columns come from: from the query that makes it, or as {column: [(address, column)]}.
    Said again, it replaces what was said `by` the same. Raises the grade of a column that is below its inputs."""
    from ludao.blocks.catalogue.tracing import trace

    found = {name: list(sources) for name, sources in (columns or {}).items()}
    if sql:
        for name, sources in trace(sql, schemas(), dialect).items():
            found.setdefault(name, []).extend(sources)
    Edge.objects.filter(address=address, by=by).delete()
    edges = [Edge(address=address, column=name, from_address=source, from_column=column, by=by)
             for name, sources in found.items() for source, column in dict.fromkeys(sources) if source != address]
    Edge.objects.bulk_create(edges, ignore_conflicts=True)
    inherit(address)
    return edges


def schemas() -> dict[str, list[str]]:
    """The columns of every entry, which a query's names are resolved by."""
    found: dict[str, list[str]] = {}
    for address, name in Column.objects.order_by("place").values_list("entry_id", "name"):
        found.setdefault(address, []).append(name)
    return found


def made_of(sql: str) -> dict[str, list[tuple[str, str]]]:
    """Column of a query → the (address, column) pairs it is made of; under "" what could not be told apart."""
    from ludao.blocks.catalogue.tracing import trace

    return trace(sql, schemas())


def inherit(address: str) -> None:
    """Lift columns that are graded below what they are made of, unless they say what they mask; and what hangs on
    them in turn."""
    waiting, seen = [address], set[str]()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        if _lift(here):
            waiting += Edge.objects.filter(from_address=here).values_list("address", flat=True).distinct()


def floor_of(column: Column) -> str:
    """The highest grade among what the column is made of; public when that is nothing."""
    return words.highest(_inputs(column.entry_id).get(column.name, ()))


def _inputs(address: str) -> dict[str, list[str]]:
    edges = list(Edge.objects.filter(address=address).exclude(column=""))
    sources = Column.objects.filter(entry__in={e.from_address for e in edges}, masks_what="")
    grades = {(c.entry_id, c.name): c.grade for c in sources}
    found: dict[str, list[str]] = {}
    for edge in edges:
        if grade := grades.get((edge.from_address, edge.from_column)):
            found.setdefault(edge.column, []).append(grade)
    return found


def _lift(address: str) -> bool:
    entry = Entry.objects.filter(pk=address).first()
    if entry is None:
        return False
    inputs, lifted = _inputs(address), False
    for column in entry.columns.filter(name__in=inputs, masks_what=""):
        floor = words.highest(inputs[column.name])
        if words.rank(column.grade) < words.rank(floor):
            _raise(column, floor, inputs)
            lifted = True
    if lifted:
        regrade(entry)
    return lifted


def _raise(column: Column, grade: str, inputs: Mapping[str, Sequence[Any]]) -> None:
    column.grade = grade
    if column.is_guarded and not column.mask:
        source = Edge.objects.filter(address=column.entry_id, column=column.name).first()
        found = source and Column.objects.filter(entry=source.from_address, name=source.from_column).first()
        column.mask = (found.mask if found else "") or "all"
        column.means = column.means or (found.means if found else "")
    column.save(update_fields=["grade", "mask", "means"])
