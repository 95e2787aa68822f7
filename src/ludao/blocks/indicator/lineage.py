"""An indicator's way to the source: formulas, the columns of datasets that it reads, and the systems they come from."""

from dataclasses import dataclass, field
from typing import Any

from ludao.base.text import pick
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Organisation
from ludao.blocks.indicator import computing, house
from ludao.blocks.indicator.engine import compiling, formulas
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import Run

Ends = tuple[str, str, str, str]  # from, its column, to, its column
FAR = 3  # steps of the catalogue behind a dataset that is read
MOST = 40


@dataclass
class Way:
    """What has been found on the way: how far each thing is, and what leads to what."""

    far: dict[str, int] = field(default_factory=dict)
    edges: dict[Ends, None] = field(default_factory=dict)

    def add(self, ends: Ends, far: int) -> None:
        self.edges[ends] = None
        self.far[ends[0]] = max(far, self.far.get(ends[0], 0))


def drawn(one: Definition, run: Run | None) -> dict[str, Any]:
    """The graph, and the same as rows of a table: what is read, whose it is, in which version."""
    way = Way({one.code: 0})
    leaves = _formulas(one, way)
    behind = max(way.far.values()) + 1
    for leaf in leaves:
        for address, column in _reads(leaf, run):
            way.add((address, column, leaf.code, ""), behind)
    addresses = {
        ends[0]
        for ends in way.edges
        if ends[2] in {leaf.code for leaf in leaves} and ends[0] not in house.known().definitions
    }
    _behind(addresses, behind, way)
    entries = catalogue.Entry.objects.select_related("owner").in_bulk(list(way.far))
    systems = _systems(entries, leaves, way)
    return {
        "graph": catalogue.graph(_nodes(one, way, entries, systems), sorted(way.edges)),
        "rows": _rows(way, entries, run),
    }


def _formulas(one: Definition, way: Way) -> list[Definition]:
    """What takes no other indicator, at the end of all formulas."""
    here, leaves, waiting = house.known().definitions, dict[str, Definition](), [one]
    while waiting and len(way.far) < MOST:
        this = waiting.pop(0)
        if this.method != "formula":
            leaves[this.code] = this
            continue
        for code in sorted(formulas.read(this.formula).codes):
            if code in here:
                way.add((code, "", this.code, ""), way.far[this.code] + 1)
                waiting.append(here[code])
    return list(leaves.values())


def _reads(one: Definition, run: Run | None) -> list[tuple[str, str]]:
    """The columns of datasets that a definition asks for, through the query of its source."""
    if one.method == "loaded":
        found = run or Run.objects.filter(unit=one.by, is_newest=True).first()
        return [(address, "") for address in (found.versions if found else {})]
    if one.method != "computed":
        return []
    source = one.own or house.sources()[one.source]
    unit = compiling.units([one], {source.name: source})[0]
    made = catalogue.made_of(source.sql)
    asked = [origin for name in compiling.columns_read([unit]) for origin in made.get(name, ())]
    known = {address for address, _ in asked}
    rest = [(address, "") for address in computing.reads(unit) if address not in known]
    return list(dict.fromkeys([*asked, *rest]))


def _behind(addresses: set[str], far: int, way: Way) -> None:
    """What those datasets are made of, as the catalogue knows it."""
    here = addresses
    for step in range(1, FAR + 1):
        found = catalogue.Edge.objects.filter(address__in=here).values_list("from_address", "address").distinct()
        pairs = sorted(set(found))
        for source, address in pairs:
            if source not in way.far and len(way.far) < MOST:
                way.add((source, "", address, ""), far + step)
        here = {source for source, _ in pairs} - here
        if not here:
            return


def _systems(entries: dict[str, Any], leaves: list[Definition], way: Way) -> dict[str, tuple[str, str]]:
    """At the far left: the department's system that a dataset comes from, or the department that reports."""
    far, found = max(way.far.values()) + 1, dict[str, tuple[str, str]]()
    for address, entry in entries.items():
        if entry.system_zh:
            key = f"system:{entry.system_zh}"
            found[key] = pick(entry.system_zh, entry.system_en or entry.system_zh), str(entry.owner or "")
            way.add((key, "", address, ""), far)
    owners = Organisation.objects.in_bulk([one.owner for one in leaves if one.method == "reported"])
    for one in leaves:
        if one.method == "reported":
            key = f"reported:{one.owner}"
            found[key] = str(owners.get(one.owner, one.owner)), pick("部门填报", "Reported by the department")
            way.add((key, "", one.code, ""), far)
    return found


def _nodes(
    one: Definition, way: Way, entries: dict[str, Any], systems: dict[str, tuple[str, str]]
) -> list[catalogue.Node]:
    here, columns = {**house.known().definitions, one.code: one}, dict[str, list[str]]()
    for address, column, *_ in sorted(way.edges):
        if column and column not in columns.setdefault(address, []):
            columns[address].append(column)
    found = []
    for key, far in sorted(way.far.items(), key=lambda pair: (-pair[1], pair[0])):
        if key in systems:
            title, line, url = *systems[key], ""
        elif key in here:
            title, line = pick(here[key].zh, here[key].en), key
            url = f"/indicator/indicator/{key}/"
        else:
            title, line = str(entries.get(key, key)), key
            url = f"/data/catalogue/entry/{key}/?tab=lineage" if key in entries else ""
        tone = "here" if key == one.code else ""
        found.append(catalogue.Node(key, title, -far, url, tone, columns.get(key, []), line))
    return found


def _rows(way: Way, entries: dict[str, Any], run: Run | None) -> list[dict[str, Any]]:
    """Each dataset with the columns that are read of it."""
    read: dict[str, list[str]] = {}
    for address, column, *_ in sorted(way.edges):
        if address in entries:
            read.setdefault(address, []).extend([column] if column else [])
    return [
        {
            "entry": entries[address],
            "columns": list(dict.fromkeys(columns)),
            "system": pick(entries[address].system_zh, entries[address].system_en or entries[address].system_zh),
            "version": run.versions.get(address) if run else None,
        }
        for address, columns in read.items()
    ]
