"""Looks at a dataset: a sample of values through the lake, a proposal for each column; again when contents change."""

from collections.abc import Iterable
from typing import Any

from ludao.base import clock
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Column, Entry
from ludao.blocks.lake import public as lake

from .engine.proposing import Asked, propose
from .models import Proposal

SAMPLE = 400


def sample(entry: Entry) -> dict[str, list[str]]:
    """Values of each column as text, the empty ones left out; from rows all over the table."""
    if not entry.is_lake or not lake.exists(entry.address):
        return {}
    table = lake.describe(entry.address)
    names = [c.name for c in entry.columns.all() if c.name in table.schema.names]
    if not names:
        return {}
    shown = ", ".join(f'cast("{n}" as varchar) as "{n}"' for n in names)
    rows = lake.sql(f"select {shown} from {entry.address} using sample {SAMPLE} rows").rows()
    return {n: [r[n] for r in rows if r[n] not in (None, "")] for n in names}


def asked_of(columns: Iterable[Column], values: dict[str, list[str]]) -> list[tuple[Column, Asked]]:
    return [(c, Asked(c.name, f"{c.zh} {c.en}", c.type, values.get(c.name, ()))) for c in columns]


def look(entry: Entry) -> int:
    """Propose for each column. A decision stands while the rules say the same; another meaning opens it again."""
    opened = 0
    for column, asked in asked_of(entry.columns.all(), sample(entry)):
        said = propose(asked)
        meaning = catalogue.meaning(said.means)
        facts = {"means": said.means, "category": meaning.category if said.means else "",
                 "grade": said.grade or meaning.grade, "confidence": round(said.confidence, 3),
                 "reason_zh": said.zh, "reason_en": said.en}
        before = Proposal.objects.filter(column=column).first()
        if before is None:
            Proposal.objects.create(column=column, **facts)
            opened += 1
        elif (before.means, before.grade) != (said.means, facts["grade"]):
            Proposal.objects.filter(pk=before.pk).update(**facts, state=Proposal.OPEN, proposed_at=clock.now())
            opened += 1
        elif before.is_open:
            Proposal.objects.filter(pk=before.pk).update(**facts)
    return opened


@work("data.classification.look", title=t("提出分级建议", "Propose grades"))
def look_at(progress: Progress, *, addresses: list[str]) -> dict[str, Any] | None:
    opened = 0
    for place, entry in enumerate(Entry.objects.filter(pk__in=addresses).order_by("pk"), 1):
        opened += look(entry)
        progress.tell(place, len(addresses), str(entry))
        progress.check()
    return {"opened": opened}
