"""What the contract tests type into the forms of profile, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import deciding, definition, reading
from ludao.blocks.profile.models import JOIN, OPEN, Decision, Doubt


def _entities(number: int) -> list[str]:
    """Entities with several records, as the demonstration linked them."""
    address = definition.get("person").table("record")
    if not lake.exists(address):
        raise Problem("nothing is linked yet")
    rows = lake.sql(f"select person_id from {address} group by 1 having count(*) > 2 order by 1 limit {number}").rows()
    return [row["person_id"] for row in rows]


def _join(_: Actor) -> dict[str, Any]:
    one, other = _entities(2)
    return {"name": "person", "entity": one, "other": other, "reason": "本人持证核实"}


def _split(_: Actor) -> dict[str, Any]:
    entity = _entities(1)[0]
    records = deciding.records(definition.get("person"), entity)
    return {"name": "person", "entity": entity, "records": records[-1], "reason": "不是同一人"}


def _doubt(_: Actor) -> dict[str, Any]:
    doubt = Doubt.objects.create(definition="person", weight=5, reason="name:same:9.0", left="a#|1", right="b#|1",
                                 left_entity="x", right_entity="y", state=OPEN)
    return {"doubt": doubt, "reason": "电话核实"}


def _undo(_: Actor) -> dict[str, Any]:
    decision = Decision.objects.create(definition="person", kind=JOIN, records=["a#|1"], others=["b#|1"], entity="x",
                                       other_entity="y", reason="合并")
    return {"decision": decision, "reason": "误合并"}


def _dispute(actor: Actor) -> dict[str, Any]:
    """A value of the citizen's own file that nobody disputes yet."""
    seal, _ = reading.value_of(actor, "person", "source.traffic.driver", "class")
    return {"what": seal, "claimed": "B2", "reason": "增驾后没有更新"}


EXAMPLES: dict[str, Any] = {
    "dispute": _dispute, "accept_above": {"name": "person", "weight": 12.5, "reason": "批量核对"},
    "join": _join, "split": _split, "accept": _doubt, "reject": _doubt, "undo": _undo,
    "correct": lambda _: {"name": "person", "entity": "x", "field": "name", "value": "李雷", "reason": "本人更正",
                          "record": "source.police.resident#|1"},
}
