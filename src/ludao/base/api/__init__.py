"""The API from the registry: every action, every dataset, one OpenAPI document, one page that explains it."""

from ludao.base.api.docs import docs
from ludao.base.api.routes import build

api = build()

__all__ = ["api", "docs"]
