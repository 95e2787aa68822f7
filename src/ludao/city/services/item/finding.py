"""Search of the catalogue: terms of the question against terms of the items, weighed in one statement of SQL."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from ludao.base.text import from_pair

from .engine import words
from .models import Item, Term

CONTENT = Path(__file__).parent / "content"
MOST = 60
# A word that half the catalogue has says nothing; 2,000 stands for a city's catalogue, so that no count is asked.
SEARCH = """
with q as (select * from unnest(%(words)s::text[], %(weights)s::float8[]) as q(word, weight)),
df as (select word, count(*) n from services_item_term where word = any(%(words)s) group by word)
select s.item_id, s.score * case when i.is_online then 1.12 else 1 end * (1 + ln(1 + i.applied) / 60) as score
from (
    select t.item_id, sum(q.weight * t.weight * ln(1 + 2000.0 / df.n)) as score
    from services_item_term t join q using (word) join df using (word)
    where df.n < 600 group by t.item_id order by 2 desc limit 400
) s join services_item_item i on i.id = s.item_id
where i.state = 'published'
  and (%(object)s = '' or i.object in (%(object)s, 'both'))
  and (%(organisation)s = '' or i.organisation_id = %(organisation)s)
  and (%(event)s = '' or %(event)s = any(i.events))
  and (not %(online)s or i.is_online)
order by 2 desc, s.item_id limit %(most)s
"""


@cache
def synonyms() -> dict[str, list[str]]:
    table: dict[str, list[str]] = tomllib.loads((CONTENT / "said.toml").read_text(encoding="utf-8"))
    return table


@cache
def events() -> dict[str, dict[str, str]]:
    """Life events in their order: {code: {zh, en, icon, for, words}}."""
    table: dict[str, dict[str, str]] = tomllib.loads((CONTENT / "events.toml").read_text(encoding="utf-8"))
    return table


def event_title(code: str) -> str:
    return from_pair(events()[code]) if code in events() else code


def found(
    said: str, *, object: str = "", organisation: str = "", event: str = "", online: bool = False, most: int = MOST
) -> list[Item]:
    """Published items for what was said, the likeliest first; each carries `score`."""
    asked = words.asked(said[:100].replace("\x00", ""), synonyms())
    if not asked:
        return []
    given: dict[str, Any] = {
        "words": list(asked),
        "weights": list(asked.values()),
        "object": object,
        "organisation": organisation,
        "event": event,
        "online": online,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, given)
        scores = dict(cursor.fetchall())
    rows = Item.objects.select_related("organisation").in_bulk(list(scores))
    ranked = sorted(rows.values(), key=lambda item: (-scores[item.pk], item.pk))
    for item in ranked:
        item.score = scores[item.pk]  # type: ignore[attr-defined]
    top = scores[ranked[0].pk] if ranked else 0
    return [item for item in ranked if scores[item.pk] >= top * 0.2]


def events_said(said: str) -> list[dict[str, Any]]:
    """Life events that the words name."""
    low = words.plain(said)
    heart = words.kernel(said)
    return [
        {"code": code, "title": from_pair(event), "icon": event["icon"]}
        for code, event in events().items()
        if any(one in low or (len(heart) > 1 and heart == one) for one in event["words"].split() if len(one) > 1)
    ][:3]


def terms_of(item: Item) -> dict[str, float]:
    """What one item is found by."""
    names = {
        item.name_zh: 1.0,
        item.basic: 0.6,
        item.name_en.lower(): 0.8,
        str(item.organisation.short or ""): 0.15,
        item.department: 0.15,
    }
    for code in item.events:
        if event := events().get(code):
            names[event["zh"]] = 0.15
    return words.terms({text: counts for text, counts in names.items() if text}, words.spoken(item.said))


def index(items: Iterable[Item]) -> None:
    """Make the terms of these items anew."""
    rows = list(items)
    Term.objects.filter(item__in=rows).delete()
    Term.objects.bulk_create(
        [
            Term(item=item, word=word, weight=round(weight, 4))
            for item in rows
            for word, weight in terms_of(item).items()
        ],
        batch_size=5000,
    )


def like(item: Item, most: int = 6) -> QuerySet[Item]:
    """Others of the same life event, the most asked first."""
    return (
        Item.objects.filter(state=Item.PUBLISHED, events__overlap=item.events)
        .exclude(pk=item.pk)
        .order_by("-is_online", "-applied", "pk")[:most]
    )
