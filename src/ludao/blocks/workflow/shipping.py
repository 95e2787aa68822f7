"""Processes that come as files: each content/*.bpmn is published once; a changed file becomes a new version."""

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from ludao.base import clock, registry
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t

from .engine.reading import titles
from .models import Definition, Version

HOUSE = "鹭岛"


def files() -> Iterator[tuple[str, Path]]:
    """Every drawing of the house with its address: services.item.social_card."""
    for manifest in registry.manifests():
        for path in sorted((manifest.folder / "content").glob("*.bpmn")):
            yield f"{manifest.address}.{path.stem}", path


@transaction.atomic
def ship() -> int:
    """How many versions were new. The same files again change nothing. Raises ValueError that names a bad file."""
    newest = dict(Version.objects.filter(definition__is_shipped=True, note=HOUSE).order_by("number")
                  .values_list("definition_id", "drawing"))  # fmt: skip
    made = 0
    for address, path in files():
        text = path.read_text(encoding="utf-8")
        if newest.get(address) != text:
            try:
                publish_text(address, text, HOUSE, note=HOUSE, is_shipped=True)
            except LudaoError as error:
                raise ValueError(f"{path}: {error}") from error
            made += 1
    return made


def publish_text(address: str, text: str, by: str, *, note: str = "", is_shipped: bool = False) -> Version:
    """A new version that is in force at once."""
    version = draft_text(address, text, by, note=note, is_shipped=is_shipped)
    return put_in_force(version, by)


def draft_text(address: str, text: str, by: str, *, note: str = "", is_shipped: bool = False) -> Version:
    zh, en = titles(text)
    definition, _ = Definition.objects.get_or_create(
        address=address, defaults={"title_zh": zh, "title_en": en, "is_shipped": is_shipped}
    )
    Definition.objects.select_for_update().get(pk=definition.pk)
    number = (definition.versions.aggregate(most=Max("number"))["most"] or 0) + 1
    return Version.objects.create(definition=definition, number=number, drawing=text, note=note, made_by=by)


def put_in_force(version: Version, by: str) -> Version:
    zh, en = titles(version.drawing)
    version.state, version.published_by, version.published_at = Version.PUBLISHED, by, clock.now()
    version.save(update_fields=["state", "published_by", "published_at"])
    Definition.objects.filter(pk=version.definition_id).update(number=version.number, title_zh=zh, title_en=en)
    version.definition.refresh_from_db()
    return version


def current(address: str) -> Version:
    """The version in force. Raises Problem where there is none."""
    found = (
        Version.objects.filter(definition_id=address, state=Version.PUBLISHED)
        .select_related("definition")
        .order_by("-number")
        .first()
    )
    if found is None or found.definition.number is None:
        raise Problem(t(f"没有可用的流程“{address}”", f"There is no process “{address}” in force"), field="process")
    return found
