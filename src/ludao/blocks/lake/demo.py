"""The demonstration city's own datasets flow into the lake for the first time."""

from ludao.base.actor import Actor


def load(actor: Actor, scale: float) -> None:
    """Those of the blocks below; the subsystems' follow on their schedule, or when first read."""
    from ludao.blocks.lake import flow
    from ludao.blocks.lake import public as lake

    for address in ("identity.area", "identity.organisation"):
        if not lake.exists(address):
            flow.flow(address)
