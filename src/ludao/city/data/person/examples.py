"""What the contract tests type into the forms of the person's file."""

from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.lake import public as lake


def _someone(_: Actor) -> dict[str, Any]:
    row = lake.sql("select person_id from data.person.resident order by person_id limit 1").rows()[0]
    return {"entity": row["person_id"], "purpose": "service", "basis": "低保年审 2026-031"}


EXAMPLES: dict[str, Any] = {"open": _someone}
