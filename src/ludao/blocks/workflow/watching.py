"""Who is told, in the same transaction, that a process moved: by the beginning of what it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ludao.base.actor import Actor

from .models import Instance, Step


@dataclass(frozen=True)
class Change:
    """One move of a process: what it waits for now, what it no longer waits for, what it knows."""

    instance: Instance
    opened: list[Step] = field(default_factory=list)
    closed: list[Step] = field(default_factory=list)
    is_finished: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


Watcher = Callable[[Actor, Change], None]
_watchers: dict[str, Watcher] = {}


def watch(prefix: str) -> Callable[[Watcher], Watcher]:
    """`@watch("case:")`: called after each move of a process about such a thing; what it raises takes the move back."""

    def register(function: Watcher) -> Watcher:
        _watchers[prefix] = function
        return function

    return register


def tell(actor: Actor, change: Change) -> None:
    for prefix, watcher in _watchers.items():
        if change.instance.about.startswith(prefix):
            watcher(actor, change)
