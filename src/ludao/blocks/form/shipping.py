"""Forms that come as files: content/<name>.form.json of any folder; a changed file becomes a new published version."""

import json
from pathlib import Path

from django.db import transaction

from ludao.base import clock, registry
from ludao.base.errors import Problems

from .engine.reading import read
from .models import Form, Version

SHIPPER = "随系统提供"


def ship() -> int:
    """How many versions were new. Raises ValueError that names the file and what is wrong in it.

    Runs after each migrate, with the tables, before anybody acts: like identity's shipped city it is no action.
    """
    return sum(ship_file(f"{manifest.address}.{_name(path)}", path)
               for manifest in registry.manifests()
               for path in sorted((manifest.folder / "content").glob("**/*.form.json")))


def ship_file(address: str, path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    if _stands(address, text):
        return 0
    try:
        design = read(text)
    except Problems as error:
        said = "; ".join(f"{one.field}: {one}" for one in error.problems)
        raise ValueError(f"{path}: {said}") from error
    text = tidy(text)
    with transaction.atomic():
        form, _ = Form.objects.get_or_create(address=address, defaults={
            "title_zh": design.title["zh"], "title_en": design.title["en"], "is_shipped": True})
        Form.objects.select_for_update().get(pk=form.pk)
        if form.versions.filter(text=text).exists():
            return 0
        last = form.versions.order_by("-number").first()
        number = last.number + 1 if last else 1
        Version.objects.create(form=form, number=number, text=text, state=Version.PUBLISHED, made_by=SHIPPER,
                               published_by=SHIPPER, published_at=clock.now())
        Form.objects.filter(pk=form.pk).update(number=number, title_zh=design.title["zh"], title_en=design.title["en"],
                                               changed_at=clock.now())
    return 1


def _stands(address: str, text: str) -> bool:
    """Whether this very text is a version already; to read it anew would tell nothing."""
    try:
        return Version.objects.filter(form=address, text=tidy(text)).exists()
    except ValueError:
        return False  # reading it says in words what is wrong


def tidy(text: str) -> str:
    """One way to write the same form, so that versions are compared by what they say."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=1)


def _name(path: Path) -> str:
    return path.name.removesuffix(".form.json")
