"""Which bucket a key belongs to: by md5 of its text, which every engine computes alike."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any


def bucket_of(key: Sequence[str], buckets: int, prefix: str = "") -> str:
    """As SQL of DuckDB."""
    if buckets == 1:
        return "0::integer"
    parts = ", ".join(f'{prefix}"{name}"::varchar' for name in key)
    text = parts if len(key) == 1 else f"concat_ws('|', {parts})"
    return f"(('0x' || substr(md5({text}), 1, 8))::bigint % {buckets})::integer"


def bucket(values: Sequence[Any], buckets: int) -> int:
    """As Python, for one key."""
    if buckets == 1:
        return 0
    text = "|".join(_written(value) for value in values)
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16) % buckets


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        raise TypeError("a moment is no key of the lake: engines write it differently")
    return value.isoformat() if isinstance(value, date) else str(value)
