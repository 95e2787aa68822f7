"""Each use of what is held is written down: for the person to see, and in the figures of how much is filled."""

from typing import Any

from django.db.models import F

from ludao.base import audit, clock
from ludao.base.models import AuditLine
from ludao.base.text import from_pair, t
from ludao.blocks.form import public as form
from ludao.blocks.form.public import Use
from ludao.blocks.profile import public as profile

from . import holding
from .models import Share

FETCHED = "services.sharing.fetch"
PAGE = 40
audit.words[FETCHED] = t("申请时取用", "Fetched for an application")


@form.watch
def told(use: Use) -> None:
    """Values themselves are not written down: which, from where, for what, by whom."""
    count(use)
    actor = use.actor.with_purpose(use.purpose[:200])
    fetched = [{"path": path, "source": one.source} for path, one in use.filled.items()]
    for kind in holding.PROFILES:
        entity, _ = holding.entity_of(kind, use.subject)
        mine = [one for one in fetched if one["source"] != holding.ACCOUNT]
        if entity and mine:
            audit.write(actor, FETCHED, profile.File.of(holding.PROFILES[kind], entity), {
                "about": use.about, "version": use.version.pk if use.version else None, "fetched": mine})


def count(use: Use) -> None:
    """Of a form's first page: how many fields it asks, how many of them were filled."""
    if use.version is None or not use.asked:
        return
    month = clock.today().replace(day=1)
    filled = sum(1 for path in use.asked if path in use.filled)
    title = form.version(use.version.pk).design.title
    share, _ = Share.objects.get_or_create(about=use.about, month=month, defaults={
        "title_zh": title["zh"], "title_en": title["en"]})
    Share.objects.filter(pk=share.pk).update(
        times=F("times") + 1, asked=F("asked") + len(use.asked), filled=F("filled") + filled, last_at=clock.now(),
        title_zh=title["zh"], title_en=title["en"])


def uses(kind: str, entity: str, before: int = 0) -> list[dict[str, Any]]:
    """What was fetched of one file, a page full in words, the newest first; `before` is the last one seen."""
    file = profile.File.of(holding.PROFILES[kind], entity)
    rows = AuditLine.objects.filter(thing_type=audit.kind_of(file), thing_id=str(file.pk), address=FETCHED,
                                    outcome="done")
    lines = list((rows.filter(pk__lt=before) if before else rows).order_by("-at", "-id")[:PAGE])
    words = holding.source_titles({one["source"] for line in lines for one in line.detail.get("fetched", [])})
    versions: dict[int, Any] = {}
    return [{"pk": line.pk, "at": line.at, "who": line.name, "person": line.person, "organisation": line.organisation,
             "purpose": line.purpose, "fetched": [{"title": _title(line, one["path"], versions),
                                                   "source": words[one["source"]]}
                                                  for one in line.detail.get("fetched", [])]} for line in lines]


def _title(line: AuditLine, path: str, versions: dict[int, Any]) -> Any:
    """A field's words from its form's version; a licence's from the table."""
    pk = line.detail.get("version")
    if not pk:
        known = {**holding.table("licences")["enterprise"], **holding.table("licences")["person"]}
        return from_pair(known[path]) if path in known else path
    if pk not in versions:
        try:
            versions[pk] = {there: one.title for there, one in form.version(pk).design.walk()}
        except LookupError:
            versions[pk] = {}
    return from_pair(versions[pk][path]) if path in versions[pk] else path
