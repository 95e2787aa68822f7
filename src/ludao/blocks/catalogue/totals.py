"""How many valid records the city holds: towards the plan's 5 billion."""

from typing import Any

from django.db.models import Count, Max, Sum

from ludao.blocks.catalogue.entries import Entry

GOAL = 5_000_000_000


def records() -> dict[str, Any]:
    """Rows of all departments' tables and datasets; what is worked up from them is not counted twice."""
    own = Entry.objects.filter(is_withdrawn=False).exclude(kind="table")
    found = own.aggregate(records=Sum("records"), datasets=Count("pk"), as_of=Max("loaded_at"))
    return {"records": found["records"] or 0, "datasets": found["datasets"], "as_of": found["as_of"], "goal": GOAL}
