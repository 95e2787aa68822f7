"""The register in the demonstration city."""

from ludao.base.actor import Actor
from ludao.city.services.item.actions import enter
from ludao.city.services.item.models import Entry

ENTRIES = [("2022-001", "示例一"), ("2022-002", "示例二"), ("2022-003", "示例三")]


def load(actor: Actor, scale: float) -> None:
    """Idempotent: what is there stays."""
    for number, title in ENTRIES:
        if not Entry.objects.filter(number=number).exists():
            enter(actor, number=number, title=title)
