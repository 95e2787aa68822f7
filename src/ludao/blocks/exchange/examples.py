"""What the contract tests type into the forms of exchange, where any value will not do."""

import json
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.exchange import loading, remaking, sources
from ludao.blocks.exchange.models import Delivery, Host, Mend, Question, Remake, Run, Source

Given = dict[str, Any]
CSV = "编号,名称,数量,更新时间\n1,甲,3,2022-01-01 08:00:00\n2,乙,三,2022-01-01 08:00:00\n"


def contract(actor: Actor, name: str = "sample") -> dict[str, Any]:
    columns = {
        "number": ("编号", "text"),
        "name": ("名称", "text"),
        "amount": ("数量", "integer"),
        "updated_at": ("更新时间", "timestamp"),
    }
    return {
        "address": f"source.sample.{name}",
        "title": {"zh": "样例", "en": "Sample"},
        "owner": actor.organisation,
        "key": ["number"],
        "at": "updated_at",
        "promise": "monthly",
        "columns": {key: {"zh": zh, "en": key.capitalize(), "type": kind} for key, (zh, kind) in columns.items()},
    }


def _source(actor: Actor, called: str = "sample", **given: Any) -> Source:
    source = sources.set_up(contract(actor, called))
    for name, value in given.items():
        setattr(source, name, value)
    source.save()
    return source


def _delivery(actor: Actor, is_loaded: bool = False, called: str = "sample") -> Delivery:
    from io import BytesIO

    delivery = sources.receive(_source(actor, called), BytesIO(CSV.encode()), "样例.csv")
    if is_loaded:
        loading.load.now(actor, about=delivery.source.address, delivery=delivery.pk)
        delivery.refresh_from_db()
    return delivery


def _question(actor: Actor) -> Question:
    delivery = _delivery(actor)
    delivery.state = Delivery.ASKING
    delivery.save()
    Source.objects.filter(pk=delivery.source_id).update(state=Source.ASKING)
    return Question.objects.create(
        source=delivery.source, delivery=delivery, new=[{"name": "备注", "values": ["无"]}]
    )


def _remake(actor: Actor, state: str) -> Remake:
    source = _own(actor)
    remake = Remake.objects.create(source=source, contract=_wider(source), former=source.contract, by="样例")
    if state != Remake.BUILDING:
        remaking.build.now(actor, about=source.address, remake=remake.pk)
        remake.refresh_from_db()
    if state == Remake.DONE:
        Remake.objects.filter(pk=remake.pk).update(state=Remake.PUTTING)
        remaking.put.now(actor, about=source.address, remake=remake.pk)
        remake.refresh_from_db()
    return remake


def _own(actor: Actor) -> Source:
    """Of a table of its own: no rollback takes the lake's back."""
    return _delivery(actor, is_loaded=True, called=f"r{uuid4().hex[:8]}").source


def _wider(source: Source) -> Given:
    """The sample's amount as text: “三” fits."""
    columns = source.contract["columns"]
    return {**source.contract, "columns": {**columns, "amount": {**columns["amount"], "type": "text"}}}


def _remade(actor: Actor) -> Given:
    source = _own(actor)
    return {"source": source, "contract": json.dumps(_wider(source), ensure_ascii=False)}


def _loaded(actor: Actor) -> Delivery:
    return _delivery(actor, is_loaded=True)


EXAMPLES: dict[str, Any] = {
    "set_up": lambda actor: {"contract": json.dumps(contract(actor, "other"), ensure_ascii=False)},
    "receive": lambda actor: {"source": _source(actor), "file": SimpleUploadedFile("样例.csv", CSV.encode())},
    "load": lambda actor: {"delivery": _delivery(actor)},
    "collect": lambda actor: {"source": _source(actor, kind="folder")},
    "pause": lambda actor: {"source": _source(actor), "why": "样例"},
    "resume": lambda actor: {"source": _source(actor, state="paused")},
    "answer": lambda actor: {"question": _question(actor), "answers": '{"备注": "ignore"}'},
    "mend": lambda actor: {"delivery": _loaded(actor), "line": 3, "values": '{"amount": "3"}'},
    "mend_all": lambda actor: {"heap": _loaded(actor).heaps.get(), "column": "amount", "expression": "'3'"},
    "discard": lambda actor: {"heap": _loaded(actor).heaps.get(), "why": "样例"},
    "undo_mend": lambda actor: {
        "mend": Mend.objects.create(delivery=_loaded(actor), line=3, values={"amount": "3"}, by="样例")
    },
    "replay": lambda actor: {"delivery": _loaded(actor)},
    "undo_run": lambda actor: {"run": Run.objects.get(delivery=_loaded(actor))},
    "remake": _remade,
    "put_remake": lambda actor: {"remake": _remake(actor, "built")},
    "leave_remake": lambda actor: {"remake": _remake(actor, "building")},
    "undo_remake": lambda actor: {"remake": _remake(actor, "done")},
    "allow": lambda _: {"name": "db.example", "port": 5432, "why": "样例"},
    "disallow": lambda _: {"host": Host.objects.create(name="api.example", port=443, why="样例", allowed_by="样例")},
}
