"""The API from the registry: every action, every dataset, one OpenAPI document, one page that explains it."""

from typing import Any

from ludao.base.api.docs import docs

__all__ = ["api", "docs"]


def __getattr__(name: str) -> Any:
    """Built when its addresses are asked for: a subsystem may import the door while others still load their actions."""
    if name != "api":
        raise AttributeError(name)
    from ludao.base.api.routes import build

    globals()["api"] = built = build()
    return built
