"""A source whose columns changed stands still with a question, and goes on when it is answered."""

from typing import Any

from django.db import transaction

from ludao.base import events
from ludao.base.actor import Actor
from ludao.blocks.exchange.checking import Checked
from ludao.blocks.exchange.contract import Contract
from ludao.blocks.exchange.matching import Match
from ludao.blocks.exchange.models import Delivery, Question, Source

SHARE, ENOUGH = 0.5, 20


def changed(contract: Contract, seen: Checked) -> list[dict[str, Any]]:
    """Columns most of whose values are no longer of their type: not bad rows, but another column."""
    found = []
    for name, column in contract.columns.items():
        rows = seen.marks.get(f"type:{name}", 0)
        if rows >= ENOUGH and rows > seen.rows * SHARE:
            found.append({"name": name, "type": column.type, "rows": rows, "share": round(rows / seen.rows, 2)})
    return found


@transaction.atomic
def ask(
    actor: Actor,
    delivery: Delivery,
    match: Match,
    new: list[dict[str, Any]],
    changed: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    question, is_new = Question.objects.get_or_create(
        delivery=delivery,
        answered_at=None,
        defaults={"source": delivery.source, "missing": list(match.missing), "new": new, "changed": changed or []},
    )
    delivery.state = Delivery.ASKING
    delivery.save(update_fields=["state", "found"])
    Source.objects.filter(pk=delivery.source_id).update(state=Source.ASKING)
    if is_new:
        facts = {
            "address": delivery.source.address,
            "question": question.pk,
            "missing": list(match.missing),
            "new": [one["name"] for one in new],
            "changed": [one["name"] for one in changed or []],
        }
        events.publish("exchange.questioned", facts, actor.person)
    return {"state": Delivery.ASKING, "question": question.pk}
