"""The version in force, and its drawing read once a process: reading takes a hundred times as long as a step."""

from functools import lru_cache

from django.db import connection

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


def in_force(address: str) -> int:
    """The key of the version in force, without its drawing. Raises Problem where there is none."""
    versions = Version.objects.filter(definition=address, definition__number__isnull=False, state=Version.PUBLISHED)
    found = versions.order_by("-number").values_list("pk", flat=True).first()
    return current(address).pk if found is None else found


def drawing_by(version: int) -> Drawing:
    """The drawing of a version by its key: the database is asked once a process for what is published."""
    try:
        return _read(_here(), version)
    except _Draft as draft:
        return drawing_of(draft.version)


class _Draft(Exception):
    """Not kept, since it may still be drawn otherwise."""

    def __init__(self, version: Version) -> None:
        self.version = version


def drawing_of(version: Version) -> Drawing:
    """With the processes it calls, in the versions that were in force at its publishing; of a draft, now."""
    return drawing(version.drawing, called=called(version.drawing)) if version.is_draft else _read(_here(), version.pk)


def _here() -> str:
    """A process may serve more than one city, as tests do: a key means nothing without its database."""
    return str(connection.settings_dict["NAME"])


@lru_cache(maxsize=500)
def _read(city: str, pk: int) -> Drawing:
    version = Version.objects.get(pk=pk)
    if version.is_draft:
        raise _Draft(version)
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
