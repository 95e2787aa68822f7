"""Sets the lights of tasks by today's rule."""

from ludao.base import clock

from .engine.light import light
from .models import Item, Plan
from .rules import rules

FIELDS = ["light", "reason_zh", "reason_en"]


def lit(item: Item) -> bool:
    """Puts today's light on the item; says whether it changed."""
    if item.plan.is_draft:
        return False
    before = (item.light, item.reason_zh)
    now = light(item.standing, clock.today(), rules())
    item.light, item.reason_zh, item.reason_en = now.colour, now.zh, now.en
    return before != (now.colour, now.zh)


def relight(item: Item) -> Item:
    if lit(item):
        item.save(update_fields=FIELDS)
    return item


def relight_all(plan: Plan) -> None:
    """Every task of the plan by today's rule."""
    items = plan.items.select_related("plan")
    Item.objects.bulk_update([item for item in items if lit(item)], FIELDS, batch_size=500)
