"""Loads the demonstration city: each manifest's demo.py in order, base and blocks before the counters."""

import time
from collections.abc import Callable

from ludao.base import events, registry
from ludao.base.actor import Actor, following, new_request_id

DEMO = "demonstration"


def load(scale: float, tell: Callable[[str], None]) -> None:
    """Runs `load(actor, scale)` of every demo.py; each is idempotent. Scale 1 is a city of 5.3 million."""
    with following(new_request_id()):
        actor = Actor.system(DEMO, channel="demo")
        for manifest in registry.manifests():
            if part := manifest.part("demo"):
                began = time.monotonic()
                part.load(actor, scale)
                tell(f"{manifest.address} {time.monotonic() - began:.1f} s")
        if delivered := events.deliver_all():
            tell(f"{delivered} events delivered")
