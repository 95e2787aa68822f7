"""Processes and tables that come as files: each is put in force once; a changed file becomes a new version."""

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from ludao.base import clock, registry
from ludao.base.errors import LudaoError

from .drawings import versions_called
from .engine.reading import calls, titles
from .engine.tables import name_of
from .models import Definition, Version

HOUSE = "鹭岛"


def files() -> Iterator[tuple[str, str, Path]]:
    """Every drawing and table of the house: its address (services.item.social_card), its kind, its file."""
    for manifest in registry.manifests():
        content = manifest.folder / "content"
        for suffix, kind in ((".dmn", Definition.TABLE), (".bpmn", Definition.PROCESS)):
            for path in sorted(content.glob(f"*{suffix}")):
                yield f"{manifest.address}.{path.stem}", kind, path


@transaction.atomic
def ship() -> int:
    """How many versions were new. The same files again change nothing. Raises ValueError that names a bad file."""
    newest = dict(Version.objects.filter(definition__is_shipped=True, note=HOUSE).order_by("number")
                  .values_list("definition_id", "drawing"))  # fmt: skip
    found = {address: (kind, path, path.read_text(encoding="utf-8")) for address, kind, path in files()}
    made = 0
    for address in _callees_first({address: text for address, (_, _, text) in found.items()}):
        kind, path, text = found[address]
        if newest.get(address) != text:
            try:
                publish_text(address, text, HOUSE, kind=kind, note=HOUSE, is_shipped=True)
            except LudaoError as error:
                raise ValueError(f"{path}: {error}") from error
            made += 1
    return made


def _callees_first(texts: dict[str, str]) -> list[str]:
    ordered: dict[str, None] = {}

    def visit(address: str, on_the_way: tuple[str, ...] = ()) -> None:
        if address in texts and address not in ordered and address not in on_the_way:
            for called in calls(texts[address]) if "BPMN/20100524" in texts[address] else []:
                visit(called, (*on_the_way, address))
            ordered[address] = None

    for address in texts:
        visit(address)
    return list(ordered)


def kind_of(text: str) -> str:
    return Definition.TABLE if "/spec/DMN/" in text[:2000] else Definition.PROCESS


def named(kind: str, text: str) -> tuple[str, str]:
    """Raises Problem when the text is none of its kind."""
    return name_of(text) if kind == Definition.TABLE else titles(text)


def publish_text(
    address: str, text: str, by: str, *, kind: str = Definition.PROCESS, note: str = "", is_shipped: bool = False
) -> Version:
    """A new version that is in force at once."""
    return put_in_force(draft_text(address, text, by, kind=kind, note=note, is_shipped=is_shipped), by)


def draft_text(
    address: str, text: str, by: str, *, kind: str = Definition.PROCESS, note: str = "", is_shipped: bool = False
) -> Version:
    zh, en = named(kind, text)
    definition, _ = Definition.objects.get_or_create(
        address=address, defaults={"kind": kind, "title_zh": zh, "title_en": en, "is_shipped": is_shipped}
    )
    named(definition.kind, text)
    Definition.objects.select_for_update().get(pk=definition.pk)
    number = (definition.versions.aggregate(most=Max("number"))["most"] or 0) + 1
    return Version.objects.create(definition=definition, number=number, drawing=text, note=note, made_by=by)


def put_in_force(version: Version, by: str) -> Version:
    """What it calls is settled now: a case keeps to one version all the way down."""
    definition = version.definition
    zh, en = named(definition.kind, version.drawing)
    if definition.is_process:
        version.calls = {address: one.pk for address, one in versions_called(version.drawing).items()}
    version.state, version.published_by, version.published_at = Version.PUBLISHED, by, clock.now()
    version.save(update_fields=["state", "calls", "published_by", "published_at"])
    Definition.objects.filter(pk=definition.pk).update(number=version.number, title_zh=zh, title_en=en)
    definition.refresh_from_db()
    return version
