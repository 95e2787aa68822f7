"""What was typed and not sent yet: kept for the person alone, for ninety days."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor

from .models import Draft, Version

DAYS = 90


def keep_draft(actor: Actor, about: str, version: Version, data: Mapping[str, Any]) -> Draft:
    """A person's scratch paper: it decides nothing and nobody else sees it, so it is no action and leaves no audit
    line."""
    made, _ = Draft.objects.update_or_create(person=actor.person, about=about, defaults={
        "version": version, "data": dict(data), "kept_at": clock.now()})
    return made


def draft(actor: Actor, about: str) -> Draft | None:
    return Draft.objects.select_related("version__form").filter(person=actor.person, about=about).first()


def drafts(actor: Actor, prefix: str) -> list[Draft]:
    """Those that a person may go on with, the newest first."""
    rows = Draft.objects.filter(person=actor.person, about__startswith=prefix)
    return list(rows.select_related("version__form").order_by("-kept_at")[:50])


def drop_draft(actor: Actor, about: str) -> None:
    Draft.objects.filter(person=actor.person, about=about).delete()


def clear_drafts() -> int:
    """Those that nobody has touched for ninety days; their files go by their own term."""
    return Draft.objects.filter(kept_at__lt=clock.now() - timedelta(days=DAYS)).delete()[0]
