"""What has to be known before the first request: what a case's end brings."""

from . import deciding, earlier, holding, telling, using

__all__ = ["deciding", "earlier", "holding", "telling", "using"]
