"""What the contract tests type into the forms of the lake."""

from typing import Any

from ludao.base.actor import Actor

ADDRESS = "source.example.thing"


def _table(actor: Actor) -> dict[str, Any]:
    """A small table with two versions."""
    import pyarrow as pa

    from ludao.blocks.lake import loading, writing

    rows = pa.table({"id": ["1"], "name": ["样例"]})
    writing.create(ADDRESS, rows.schema, key=["id"])
    loading.replace(ADDRESS, rows)
    loading.append(ADDRESS, rows)
    return {"address": ADDRESS}


EXAMPLES = {
    "undo": lambda actor: {**_table(actor), "to": 1},
    "compact": _table,
    "flow": {"address": "identity.organisation"},
}
