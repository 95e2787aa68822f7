"""What has to be known before the first request: what each turn of a case tells the other city."""

from . import casing

__all__ = ["casing"]
