"""What the contract tests type into the catalogue's forms."""

from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Entry
from ludao.blocks.lake import public as lake

from . import actions
from .models import Query, Remark


def _table() -> Entry:
    """A table of the lake with a past."""
    import pyarrow as pa

    address = "data.catalogue.example"
    rows = pa.table({"number": ["1", "2"]})
    if not lake.exists(address):
        lake.create(address, rows.schema, key=("number",))
        lake.append(address, rows)
        lake.append(address, pa.table({"number": ["3"]}))
    return catalogue.register({
        "address": address, "title": {"zh": "示例", "en": "Example"}, "owner": "xm-dsj", "key": ["number"],
        "columns": {"number": {"zh": "编号", "en": "Number", "grade": "public"}}})


def _remark(actor: Actor) -> Remark:
    return actions.ask(actor, entry=_table(), text="这一列是什么意思？")


def _query(actor: Actor) -> dict[str, Any]:
    made, _ = Query.objects.get_or_create(person=actor.person, title="示例查询", defaults={"sql": "select 1 as one"})
    return {"query": made}


EXAMPLES: dict[str, Any] = {
    "ask": lambda _: {"entry": _table(), "text": "这一列是什么意思？", "column": ""},
    "answer": lambda actor: {"remark": _remark(actor), "answer": "见数据字典。"},
    "describe": lambda _: {"entry": _table(), "title_zh": "示例表", "title_en": "Example", "promise": "daily"},
    "measure": lambda _: {"entry": _table()},
    "undo": lambda _: {"entry": _table(), "version": 1, "reason": "误装载"},
    "query": lambda _: {"sql": "select count(*) as n from " + _table().address},
    "save_query": {"title": "示例", "sql": "select 1 as one"},
    "drop_query": _query,
}
