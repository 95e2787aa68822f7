"""Service tasks call actions of the house: as whoever moved the process, or as the house itself; each is audited."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.db import models, transaction

from ludao.base import actions
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t

from .drawings import current
from .engine.reading import Service
from .engine.running import House

log = structlog.get_logger()


def house_of(actor: Actor) -> House:
    """What a process that this actor moves can reach."""
    return House(lambda service, given: _call(actor, service, given), _table)


def _call(actor: Actor, service: Service, given: Mapping[str, Any]) -> Any:
    """Taken back by itself when it refuses, so that the process can take its error way or be parked."""
    found = actions.find(service.address)
    if found is None:
        raise Problem(t(f"没有动作 {service.address}", f"There is no action {service.address}"))
    acting = Actor.system("workflow", channel=actor.channel) if service.is_by_house else actor
    try:
        with transaction.atomic():
            return _plain(found.call(acting, given))
    except LudaoError:
        raise
    except Exception as error:  # a fault of the house must not lose what the person did: it is parked and shown
        log.exception("action failed in a process", action=service.address)
        said = f"{service.address}: {type(error).__name__}: {error}"
        raise Problem(t(f"动作出错：{said}", f"The action failed: {said}")) from error


def _table(address: str) -> str:
    return str(current(address).drawing)


def _plain(value: Any) -> Any:
    """What the process remembers of an action's result: rows by their keys."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)
