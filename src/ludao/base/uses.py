"""Where a thing is used: whoever uses what others offer (a form, a process) tells the pages on which it does."""

from collections.abc import Callable
from typing import NamedTuple

from .actor import Actor


class Use(NamedTuple):
    title: str
    url: str


Tell = Callable[[Actor, str], list[Use]]
_tellers: list[Tell] = []


def teller(tell: Tell) -> Tell:
    """Register `tell(actor, address) -> [Use]`; it tells only what the actor may see."""
    if tell not in _tellers:
        _tellers.append(tell)
    return tell


def of(actor: Actor, address: str) -> list[Use]:
    return [use for tell in _tellers for use in tell(actor, address)]
