"""What the contract tests type into the forms of the enterprise's file."""

from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.lake import public as lake


def _someone(_: Actor) -> dict[str, Any]:
    row = lake.sql("select company_id from data.enterprise.company order by company_id limit 1").rows()[0]
    return {"entity": row["company_id"], "purpose": "service", "basis": "信用核查 2026-031"}


EXAMPLES: dict[str, Any] = {"open": _someone}
