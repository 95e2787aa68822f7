"""Search of the catalogue: words, pinyin or two letters, narrowed by facets that count what is left."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from ludao.base import grams
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Entry
from ludao.blocks.identity.public import Organisation

BANDS = {"high": (Q(quality__gte=95), t("95分以上", "95 and above")),
         "middle": (Q(quality__gte=80, quality__lt=95), t("80—95分", "80 to 95")),
         "low": (Q(quality__lt=80), t("80分以下", "Below 80")),
         "none": (Q(quality=None), t("未评分", "Not scored"))}
HAN = re.compile("[\u4e00-\u9fff]{2,8}")
SORTS = {"title": ("title_zh", t("名称", "Title")), "records": ("-records", t("记录数", "Records")),
         "quality": ("-quality", t("质量", "Quality")), "loaded": ("-loaded_at", t("最近更新", "Last loaded"))}


@dataclass(frozen=True)
class Facet:
    name: str
    title: str
    titles: Callable[[list[str]], Mapping[str, Any]]


def _owners(codes: list[str]) -> Mapping[str, Any]:
    return {o.pk: o for o in Organisation.objects.filter(pk__in=codes)}


def _fixed(pairs: Any) -> Callable[[list[str]], Mapping[str, Any]]:
    return lambda _: dict(pairs)


KINDS = dict(Entry._meta.get_field("kind").flatchoices)
FORMS = dict(Entry._meta.get_field("form").flatchoices)
FACETS = (
    Facet("kind", t("种类", "Kind"), _fixed(KINDS)), Facet("theme", t("主题", "Theme"), lambda _: catalogue.themes()),
    Facet("owner", t("数源单位", "Owner"), _owners), Facet("grade", t("级别", "Grade"), _fixed(catalogue.GRADES)),
    Facet("promise", t("更新承诺", "Update promise"), _fixed(catalogue.PROMISES)),
    Facet("form", t("格式", "Format"), _fixed(FORMS)),
)


def found(asked: QueryDict) -> QuerySet[Entry]:
    """What is asked for, in its order."""
    order = SORTS.get(asked.get("sort", ""), SORTS["title"])[0]
    return _narrowed(asked).select_related("owner").order_by(order, "address")


def _narrowed(asked: QueryDict, but: str = "") -> QuerySet[Entry]:
    rows = Entry.objects.filter(is_withdrawn=False)
    if words := asked.get("q", "").strip():
        rows = _said(rows, words)
    for facet in FACETS:
        if facet.name != but and (chosen := asked.getlist(facet.name)):
            rows = rows.filter(**{f"{facet.name}__in": chosen})
    if but != "quality" and (band := BANDS.get(asked.get("quality", ""))):
        rows = rows.filter(band[0])
    return rows


def _said(rows: QuerySet[Entry], words: str) -> QuerySet[Entry]:
    """Those that have the words; where none has, those that have a short form's letters in order: 社保, 公积金户."""
    exact = rows.filter(grams.condition(Entry, ["words"], words))
    parts = [w for w in words.split() if HAN.fullmatch(w)]
    if not parts or exact.exists():
        return exact
    for part in parts:
        rows = rows.filter(words__regex=r"[^ ]{0,3}".join(part))
    return rows


def facets(asked: QueryDict) -> list[dict[str, Any]]:
    """Each facet with how many entries each of its values would leave."""
    return [*(_facet(asked, facet) for facet in FACETS), _bands(asked)]


def _facet(asked: QueryDict, facet: Facet) -> dict[str, Any]:
    counted = _narrowed(asked, facet.name).values_list(facet.name).annotate(n=Count("pk")).order_by("-n", facet.name)
    counts = [(value, n) for value, n in counted if value]
    titles = facet.titles([value for value, _ in counts])
    chosen = asked.getlist(facet.name)
    return {"title": facet.title, "options": [
        {"title": titles.get(value, value), "count": n, "url": _toggled(asked, facet.name, value),
         "current": value in chosen} for value, n in counts]}


def _bands(asked: QueryDict) -> dict[str, Any]:
    rows = _narrowed(asked, "quality")
    counts = rows.aggregate(**{name: Count("pk", filter=condition) for name, (condition, _) in BANDS.items()})
    return {"title": t("质量分", "Quality"), "options": [
        {"title": BANDS[name][1], "count": n, "url": _toggled(asked, "quality", name),
         "current": asked.get("quality") == name} for name, n in counts.items() if n]}


def _toggled(asked: QueryDict, name: str, value: str) -> str:
    changed = asked.copy()
    changed.pop("page", None)
    values = changed.getlist(name)
    changed.setlist(name, [v for v in values if v != value] if value in values else [*values, value])
    return f"?{changed.urlencode()}"
