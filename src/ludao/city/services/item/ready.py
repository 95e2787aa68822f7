"""What has to be known before the first request: what a case's end brings."""

from . import deciding, telling

__all__ = ["deciding", "telling"]
