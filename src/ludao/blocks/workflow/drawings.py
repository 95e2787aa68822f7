"""The drawing of a version, read once a process: reading takes thousands of times as long as a step."""

from functools import lru_cache

from .engine.reading import Drawing, drawing
from .models import Version


def drawing_of(version: Version) -> Drawing:
    """Of a draft whatever it says now; what is published never changes."""
    return _read(version.pk) if version.state == Version.PUBLISHED else drawing(version.drawing)


@lru_cache(maxsize=500)
def _read(pk: int) -> Drawing:
    return drawing(Version.objects.values_list("drawing", flat=True).get(pk=pk))
