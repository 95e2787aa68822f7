"""The health check: scores by theme and area, the worst and the most changed, told in sentences bound to values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ludao.base import clock
from ludao.base.text import from_pair, pick
from ludao.blocks.document.public import Document, typeset
from ludao.blocks.document.public import of as documents
from ludao.blocks.identity.public import Area, Organisation
from ludao.blocks.indicator import public as indicator
from ludao.blocks.indicator.public import Card, periods

from .engine import scoring
from .engine.scoring import Mark, Result, Scored

CONTENT = Path(__file__).parent / "content"
SHEET = CONTENT / "checkup.typ"
OFFICE = "xm-dsj"
FEW = 6
REPORTS = 12
A_YEAR_BACK = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True)
class Sentence:
    """One sentence of the report and the indicators whose values it holds."""

    zh: str
    en: str
    codes: tuple[str, ...]

    @property
    def text(self) -> str:
        return pick(self.zh, self.en)


@dataclass(frozen=True)
class Checkup:
    """The health of one area as it stands."""

    area: Area
    day: date
    whole: Result
    themes: Mapping[str, Result]
    cards: Mapping[str, Card]
    districts: Sequence[tuple[Area, float | None]]

    @property
    def worst(self) -> list[Scored]:
        return sorted(self.whole.scored, key=lambda one: (one.score, -one.mark.weight))[:FEW]

    @property
    def changed(self) -> list[Scored]:
        moved = [one for one in self.whole.scored if one.moved]
        return sorted(moved, key=lambda one: -abs(one.moved or 0))[:FEW]


@cache
def content() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((CONTENT / "checkup.yaml").read_text(encoding="utf-8"))
    return read


def marks() -> list[Mark]:
    here = indicator.known().definitions
    return [
        Mark(code, here[code].theme, float(said["weight"]), float(said["worst"]), float(said["best"]))
        for code, said in content()["indicators"].items()
        if code in here
    ]


def check(area: Area) -> Checkup:
    """The area, and where it is the city its districts beside it."""
    known = marks()
    districts = list(Area.objects.filter(level="district").defer("polygon")) if len(area.pk) == 4 else []
    every = indicator.cards_in([m.code for m in known], [area.pk, *(one.pk for one in districts)])
    whole, themes, cards = _scored(known, every[area.pk])
    return Checkup(
        area,
        max((c.as_of for c in cards.values() if c.as_of), default=clock.today()),
        whole,
        themes,
        cards,
        [(one, _scored(known, every[one.pk])[0].score) for one in districts],
    )


def _scored(known: Sequence[Mark], every: Sequence[Card]) -> tuple[Result, dict[str, Result], dict[str, Card]]:
    cards = {card.code: card for card in every if card.value is not None}
    before = {code: then for code, card in cards.items() if (then := _before(card)) is not None}
    found = scoring.scored(known, {code: card.value for code, card in cards.items() if card.value is not None}, before)
    themes = {theme: scoring.of_theme(theme, known, found) for theme in content()["themes"]}
    return scoring.whole(themes, content()["themes"]), themes, cards


def _before(card: Card) -> float | None:
    """The same indicator a year before; where that is not held, of the period before."""
    points = {p.starts_on: p.value for p in card.points}
    now = next((p for p in card.points if p.period == card.period), None)
    if now is None:
        return None
    kind, _ = periods.parse(card.period)
    year_ago = points.get(periods.year_before(kind, now.starts_on))
    return year_ago if year_ago is not None else points.get(periods.shift(kind, now.starts_on, -1))


# — in words ————————————————————————————————————————————————————————————————————————————————————————


def report(found: Checkup) -> list[tuple[str, list[Sentence]]]:
    """Sections, each of sentences that stand only when all their figures do."""
    open_ = list(
        indicator.Alert.objects.filter(state__in=(indicator.Alert.OPEN, indicator.Alert.ACCEPTED)).values_list(
            "due_at", flat=True
        )[:10_000]
    )
    late = sum(due < clock.now() for due in open_)
    sections = [
        (
            pick("一、总体情况", "1. Overall"),
            [_overall(found), _districts(found), _said("alerts", (), open=len(open_), late=late)],
        ),
        (
            pick("二、分主题情况", "2. By theme"),
            [one for key, _ in indicator.THEMES for one in (_theme(found, key), _unscored(found, key))],
        ),
        (
            pick("三、需要关注", "3. To look at"),
            [_worst(found, one) for one in found.worst if one.score < 60],
        ),
        (pick("四、变化最大", "4. What changed most"), [_changed(found, one) for one in found.changed]),
    ]
    return [(title, [s for s in some if s]) for title, some in sections]


def _said(sentence: str, codes: Sequence[str], /, **facts: Any) -> Sentence | None:
    """None when a figure of it is not there. A fact in two languages is a pair."""
    if any(value is None for value in facts.values()):
        return None
    words = content()["sentences"][sentence]
    zh = {k: v[0] if isinstance(v, tuple) else v for k, v in facts.items()}
    en = {k: v[1] if isinstance(v, tuple) else v for k, v in facts.items()}
    return Sentence(words["zh"].format(**zh), words["en"].format(**en), tuple(codes))


def moved(change: float | None) -> tuple[str, str]:
    if change is None:
        return "没有上期可比", "nothing to compare with"
    if abs(change) < 0.05:
        return "与上期持平", "as before"
    word = ("上升", "up") if change > 0 else ("下降", "down")
    return f"比上期{word[0]} {abs(change):.1f} 分", f"{word[1]} {abs(change):.1f}"


def _overall(found: Checkup) -> Sentence | None:
    whole = found.whole
    return _said(
        "overall",
        [one.mark.code for one in whole.scored],
        day=f"{found.day:%Y-%m-%d}",
        area=_area(found.area),
        score=_figure(whole.score),
        moved=moved(whole.moved),
        scored=len(whole.scored),
        unscored=whole.unscored,
    )


def _districts(found: Checkup) -> Sentence | None:
    known = sorted(((score, area) for area, score in found.districts if score is not None), key=lambda pair: pair[0])
    if len(known) < 2:
        return None
    (low, last), (high, first) = known[0], known[-1]
    return _said(
        "districts",
        (),
        first=_area(first),
        first_score=_figure(high),
        last=_area(last),
        last_score=_figure(low),
        gap=_figure(high - low),
    )


def _theme(found: Checkup, key: str) -> Sentence | None:
    result, title = found.themes[key], _theme_title(key)
    if result.score is None:
        return _said("theme_none", (), theme=title)
    best, worst = max(result.scored, key=lambda one: one.score), min(result.scored, key=lambda one: one.score)
    return _said(
        "theme",
        [best.mark.code, worst.mark.code],
        theme=title,
        score=_figure(result.score),
        moved=moved(result.moved),
        scored=len(result.scored),
        best=_name(best),
        worst=_name(worst),
        best_value=_value(found, best),
        best_score=_figure(best.score),
        worst_value=_value(found, worst),
        worst_score=_figure(worst.score),
    )


def _unscored(found: Checkup, key: str) -> Sentence | None:
    """What a theme's score leaves out, and how much of its weight that is."""
    mine = [mark for mark in marks() if mark.theme == key]
    out = [mark for mark in mine if mark.code not in found.cards]
    if not out or found.themes[key].score is None:
        return None
    here = indicator.known().definitions
    return _said(
        "theme_unscored",
        (),
        theme=_theme_title(key),
        count=len(out),
        share=round(100 * sum(m.weight for m in out) / sum(m.weight for m in mine)),
        names=("、".join(here[m.code].zh for m in out), ", ".join(here[m.code].en for m in out)),
    )


def unscored(found: Checkup) -> list[dict[str, Any]]:
    """Each indicator that is to be scored and has no value, with why, and whose it is."""
    here = indicator.known().definitions
    out = [mark for mark in marks() if mark.code not in found.cards]
    owners = Organisation.objects.in_bulk({here[m.code].owner for m in out})
    return [{"mark": m, "one": here[m.code], "owner": owners.get(here[m.code].owner)} for m in out]


def _worst(found: Checkup, one: Scored) -> Sentence | None:
    text = "" if one.moved is None else moved(one.moved)
    joined = (f"{text[0]}，", f"{text[1]}, ") if text else ("", "")
    return _said(
        "worst",
        [one.mark.code],
        name=_name(one),
        value=_value(found, one),
        text=joined,
        score=_figure(one.score),
        worst=f"{one.mark.worst:g}",
        best=f"{one.mark.best:g}",
    )


def _changed(found: Checkup, one: Scored) -> Sentence | None:
    card = found.cards[one.mark.code]
    return _said(
        "changed",
        [one.mark.code],
        name=_name(one),
        value=_value(found, one),
        moved=moved(one.moved),
        before=indicator.shown(one.before, card.precision),
    )


def _area(area: Area) -> tuple[str, str]:
    return area.name, area.name_en or area.name


def _theme_title(key: str) -> tuple[str, str]:
    return {
        "party": ("党建引领", "Party building"),
        "economy": ("经济调节", "Economy"),
        "market": ("市场监管", "Market order"),
        "service": ("公共服务", "Public services"),
        "society": ("社会治理", "Social governance"),
        "environment": ("生态环保", "Environment"),
    }[key]


def _name(one: Scored) -> tuple[str, str]:
    d = indicator.known().definitions[one.mark.code]
    return d.zh, d.en


def _value(found: Checkup, one: Scored) -> tuple[str, str]:
    card, d = found.cards[one.mark.code], indicator.known().definitions[one.mark.code]
    return f"{card.text} {d.unit_zh}（{card.period}）", f"{card.text} {d.unit_en} ({card.period})"


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f}"


# — printed —————————————————————————————————————————————————————————————————————————————————————————


def pdf(found: Checkup) -> bytes:
    """The report as an official sheet, in the reader's language."""
    here = indicator.known().definitions
    rows = sorted(found.whole.scored, key=lambda one: (one.mark.theme, one.score))
    day, office = found.day, Organisation.objects.get(pk=OFFICE)
    return typeset(
        SHEET,
        {
            "title": title(),
            "area": pick(*_area(found.area)),
            "basis": pick(content()["basis"]["zh"], content()["basis"]["en"]),
            "day": pick(f"{day.year}年{day.month}月{day.day}日", f"{day:%d %B %Y}"),
            "office": pick(office.name, office.name_en or office.name),
            "words": {key: pick(*pair) for key, pair in WORDS.items()},
            "sections": [[name, [s.text for s in some]] for name, some in report(found)],
            "themes": [
                [
                    pick(*_theme_title(k)),
                    content()["themes"][k],
                    _figure(r.score) or "—",
                    _figure(r.before) or "—",
                    len(r.scored),
                    r.unscored,
                ]
                for k, r in found.themes.items()
            ],
            "districts": [[pick(*_area(area)), _figure(score) or "—"] for area, score in found.districts],
            "rows": [
                [
                    pick(*_theme_title(one.mark.theme)),
                    pick(here[one.mark.code].zh, here[one.mark.code].en),
                    pick(*_value(found, one)),
                    f"{one.mark.weight:g}",
                    f"{one.mark.worst:g} → {one.mark.best:g}",
                    _figure(one.score),
                ]
                for one in rows
            ],
        },
    )


WORDS = {
    "head": ("城市体检报告", "Health check of the city"),
    "report": ("报告", ": report"),
    "by_theme": ("附一、分主题得分", "Annex 1. Scores by theme"),
    "by_district": ("附二、各区得分", "Annex 2. Scores of the districts"),
    "by_indicator": ("附三、指标得分", "Annex 3. Scores of the indicators"),
    "theme": ("主题", "Theme"),
    "weight": ("权重", "Weight"),
    "score": ("得分", "Score"),
    "before": ("上期", "Before"),
    "scored": ("评分指标", "Scored"),
    "unscored": ("未评指标", "Not scored"),
    "district": ("区", "District"),
    "indicator": ("指标", "Indicator"),
    "value": ("数值", "Value"),
    "marks": ("标准（零分→满分）", "Marks (0 → 100)"),
    "stop": ("。", "."),
}


@dataclass(frozen=True)
class Kept:
    """A report that was kept: its score then, and against the one kept before it."""

    document: Document
    score: float | None
    moved: float | None


def kept(area: Area) -> list[Kept]:
    """The newest first."""
    found = list(documents(f"overview.vital:{area.pk}").prefetch_related("versions")[: REPORTS + 1])
    scores = [_noted(one) for one in found]
    then = [*scores, None][1:]
    pairs = zip(found, scores, then, strict=True)
    return [Kept(d, s, None if s is None or b is None else s - b) for d, s, b in pairs][:REPORTS]


def _noted(one: Document) -> float | None:
    note = next((v.note for v in one.versions.all()), "")
    try:
        return float(note)
    except ValueError:
        return None


def title() -> str:
    return str(from_pair(content()["name"]))
