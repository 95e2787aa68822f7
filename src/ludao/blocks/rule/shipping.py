"""Policies that come as files: each is drafted and published once; a changed file becomes a new version."""

from collections.abc import Iterable
from pathlib import Path

from ludao.base.actor import Actor

from . import keeping
from .actions import draft, publish
from .models import Version


def ship(actor: Actor, files: Iterable[Path], note: str) -> int:
    """How many were new. The same file again changes nothing."""
    made = 0
    for path in sorted(files):
        text = path.read_text(encoding="utf-8")
        rule = keeping.read(text)
        if Version.objects.filter(policy_id=rule.code, text=text).exists():
            continue
        version = draft(actor, text=text, note=note)
        publish(actor, version=version, effective_on=rule.since)
        made += 1
    return made
