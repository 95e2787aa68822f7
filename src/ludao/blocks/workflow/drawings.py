"""The version in force, and its drawing read once a process: reading takes a hundred times as long as a step."""

from functools import lru_cache

from ludao.base.errors import Problem
from ludao.base.text import t

from .engine.reading import Drawing, calls, drawing
from .models import Version


def current(address: str) -> Version:
    """The version in force. Raises Problem where there is none."""
    found = (
        Version.objects.filter(definition_id=address, state=Version.PUBLISHED)
        .select_related("definition")
        .order_by("-number")
        .first()
    )
    if found is None or found.definition.number is None:
        raise Problem(
            t(f"没有可用的流程或决策表“{address}”", f"No process or table “{address}” is in force"), field="process"
        )
    return found


def drawing_of(version: Version) -> Drawing:
    """With the processes it calls, in the versions that were in force at its publishing; of a draft, now."""
    return drawing(version.drawing, called=called(version.drawing)) if version.is_draft else _read(version.pk)


@lru_cache(maxsize=500)
def _read(pk: int) -> Drawing:
    version = Version.objects.get(pk=pk)
    texts = dict(Version.objects.filter(pk__in=version.calls.values()).values_list("definition_id", "drawing"))
    return drawing(version.drawing, called=tuple(sorted(texts.items())))


def called(text: str) -> tuple[tuple[str, str], ...]:
    """Every process that a drawing calls, and those that these call, as they are in force."""
    return tuple(sorted((address, version.drawing) for address, version in versions_called(text).items()))


def versions_called(text: str) -> dict[str, Version]:
    found: dict[str, Version] = {}
    asked = calls(text)
    while asked:
        address = asked.pop()
        if address not in found:
            found[address] = current(address)
            asked += calls(found[address].drawing)
    return found
