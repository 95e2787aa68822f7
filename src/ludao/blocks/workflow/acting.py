"""Service tasks call actions of the house: as whoever moved the process, or as the house itself; each is audited."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from ludao.base import actions
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t

from .engine.reading import Service
from .engine.running import Call


def caller(actor: Actor) -> Call:
    def call(service: Service, given: Mapping[str, Any]) -> Any:
        """Taken back by itself when it refuses, so that the process can take its error way."""
        found = actions.find(service.address)
        if found is None:
            raise Problem(t(f"没有动作 {service.address}", f"There is no action {service.address}"))
        acting = Actor.system("workflow", channel=actor.channel) if service.is_by_house else actor
        with transaction.atomic():
            return _plain(found.call(acting, given))

    return call


def _plain(value: Any) -> Any:
    """What the process remembers of an action's result: rows by their keys."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)
