"""Loads the demonstration city: blocks first, then what the departments hold, then the counters that live on it."""

import time
from collections.abc import Callable

from ludao.base import events, registry
from ludao.base.actor import Actor, following, new_request_id
from ludao.base.mapper import rows
from ludao.base.registry import Manifest

DEMO = "demonstration"
Tell = Callable[[str], None]


def load(scale: float, tell: Tell) -> None:
    """Runs `load(actor, scale)` of every demo.py; each is idempotent. Scale 1 is a city of 5.3 million."""
    with following(new_request_id()):
        actor = Actor.system(DEMO, channel="demo")
        _load(actor, scale, tell, "base", "block")
        _timed("departments", tell, lambda: _departments(actor, scale, tell))
        _load(actor, scale, tell, "city")
        _last("finish", actor, scale, tell)
        if delivered := events.deliver_all():
            tell(f"{delivered} events delivered")
        _last("count", actor, scale, tell)


def _load(actor: Actor, scale: float, tell: Tell, *kinds: str) -> None:
    for manifest in sorted(registry.manifests(), key=_row):
        if manifest.kind in kinds and (part := manifest.part("demo")):
            _timed(manifest.address, tell, lambda part=part: part.load(actor, scale))


def _row(manifest: Manifest) -> int:
    """Blocks from the lowest row up, since each stands on those below; the others as they come."""
    order = [name for row in reversed(rows()) for name in row]
    return order.index(manifest.address) if manifest.kind == "block" else -1


def _last(name: str, actor: Actor, scale: float, tell: Tell) -> None:
    """What sums up comes last: `finish(actor, scale)` of a demo.py, where it has one; and when every event has been
    heard, `count(actor, scale)` of what counts the rows of all."""
    for manifest in registry.manifests():
        if (part := manifest.part("demo")) and (step := getattr(part, name, None)):
            _timed(f"{manifest.address} ({name})", tell, lambda step=step: step(actor, scale))


def _departments(actor: Actor, scale: float, tell: Tell) -> None:
    """The departments hand over their tables, which are checked, loaded and linked to people and enterprises."""
    from ludao.demo import handover

    handover.run(actor, scale, tell)


def _timed(what: str, tell: Tell, step: Callable[[], None]) -> None:
    began = time.monotonic()
    step()
    tell(f"{what} {time.monotonic() - began:.1f} s")
