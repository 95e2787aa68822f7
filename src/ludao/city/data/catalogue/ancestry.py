"""Up- and downstream of a dataset: what it is made of and what is made of it, to the column when one is opened."""

from typing import Any

from ludao.blocks.catalogue.public import Edge, Entry, Node, graph

FAR = 3
MOST = 60
Ends = tuple[str, str, str, str]


def drawn(entry: Entry, column: str = "", are_columns_shown: bool = False) -> dict[str, Any]:
    """The graph around an entry; around one of its columns when it is named."""
    edges: set[Ends] = set()
    levels = {entry.address: 0}
    for step in (-1, 1):
        _walk(entry.address, column, step, levels, edges)
    titles = Entry.objects.in_bulk(list(levels))
    columns: dict[str, list[str]] = {}
    for a, a_column, b, b_column in sorted(edges):
        for address, name in ((a, a_column), (b, b_column)):
            if (are_columns_shown or column) and name and name not in columns.setdefault(address, []):
                columns[address].append(name)
    nodes = [
        Node(address, str(titles.get(address, address)), level, f"/data/catalogue/entry/{address}/?tab=lineage"
             if address in titles else "", "here" if address == entry.address else "", columns.get(address, []))
        for address, level in sorted(levels.items(), key=lambda pair: (pair[1], pair[0]))
    ]
    flat = edges if (are_columns_shown or column) else {(a, "", b, "") for a, _, b, _ in edges}
    return graph(nodes, sorted(flat))


def _walk(address: str, column: str, step: int, levels: dict[str, int], edges: set[Ends]) -> None:
    ahead: list[tuple[str, str, int]] = [(address, column, 0)]
    seen = set(ahead)
    while ahead and len(levels) < MOST:
        here, name, level = ahead.pop(0)
        if abs(level) >= FAR:
            continue
        for edge in _edges(here, name, step):
            ends = (edge.from_address, edge.from_column, edge.address, edge.column)
            other = (edge.from_address, edge.from_column) if step < 0 else (edge.address, edge.column)
            edges.add(ends)
            levels.setdefault(other[0], level + step)
            found = (other[0], other[1] if column else "", level + step)
            if found not in seen:
                seen.add(found)
                ahead.append(found)


def _edges(address: str, column: str, step: int) -> Any:
    rows = Edge.objects.filter(address=address) if step < 0 else Edge.objects.filter(from_address=address)
    if not column:
        return rows
    return rows.filter(column=column) if step < 0 else rows.filter(from_column=column)
