"""What a theme says in numbers: its figures, charts and story, each bound to the rows that are seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ludao.base.actor import Actor
from ludao.base.errors import Refused
from ludao.base.text import from_pair, pick, t
from ludao.blocks.place import public as place

from .declared import Theme, full

STEPS = ("day", "month", "year")


@dataclass
class Views:
    """The layers of one request, each opened once; None where the person may not see one, or it has no data yet."""

    actor: Actor
    asked: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, place.Seen | None] = field(default_factory=dict)

    def of(self, name: str) -> place.Seen | None:
        address = full(name)
        if address not in self.known:
            try:
                self.known[address] = place.see(self.actor, place.find(self.actor, address), self.asked)
            except Refused:
                self.known[address] = None
        return self.known[address]


def figures(theme: Theme, views: Views) -> list[dict[str, Any]]:
    """As ludao/_figure.html takes them: value, date, source, and where each opens."""
    return [figure for one in theme.figures if (figure := _figure(one, views))]


def _figure(one: Mapping[str, Any], views: Views) -> dict[str, Any] | None:
    seen = views.of(one["layer"])
    if seen is None:
        return None
    value = place.total(seen) if one.get("of") == "value" else len(seen.numbers)
    return {
        "title": from_pair(dict(one["title"])),
        "value": value,
        "unit": from_pair(dict(one["unit"])) if one.get("unit") else "",
        "as_of": seen.index.as_of,
        "source": source(seen),
        "url": f"/place/?layers={seen.layer.address}",
    }


def source(seen: place.Seen) -> str:
    owners = dict.fromkeys(one["owner"] or one["title"] for one in place.sources(seen.layer))
    return pick("、", ", ").join(list(owners)[:2])


def charts(theme: Theme, views: Views) -> list[dict[str, Any]]:
    """For the page's charts and the table behind each."""
    return [chart for one in theme.charts if (chart := _chart(one, views))]


def _chart(one: Mapping[str, Any], views: Views) -> dict[str, Any] | None:
    seen = views.of(one["layer"])
    if seen is None:
        return None
    by = one["by"]
    if by in STEPS:
        rows = [(_period(row["at"], by), row["value"]) for row in place.over_time(seen, by)]
    else:
        rows = [(row["word"], row["value"]) for row in place.by_word(seen, by)]
    return {
        "title": from_pair(dict(one["title"])),
        "kind": one["kind"],
        "rows": rows,
        "as_of": seen.index.as_of,
        "source": source(seen),
        "url": f"/place/?layers={seen.layer.address}",
        "data": {"kind": one["kind"], "words": [row[0] for row in rows], "values": [row[1] for row in rows]},
    }


def _period(day: Any, step: str) -> str:
    return f"{day:%Y}" if step == "year" else f"{day:%Y-%m}" if step == "month" else f"{day:%Y-%m-%d}"


def story(theme: Theme, views: Views) -> list[dict[str, Any]]:
    """The steps a leader follows; a step without rows says nothing and is left out."""
    return [step for one in theme.story if (step := _step(one, views))]


def _step(one: Mapping[str, Any], views: Views) -> dict[str, Any] | None:
    seen = views.of(one["layer"])
    if seen is None or not len(seen.numbers):
        return None
    bound = _bound(seen, one.get("level", "street"))
    if bound is None:
        return None
    return {
        "title": from_pair(dict(one["title"])),
        "text": str(from_pair(dict(one["text"]))).format(**bound),
        "layers": [full(name) for name in one.get("show", (one["layer"],))],
        "spot": bound["spot"],
        "as_of": seen.index.as_of,
        "source": source(seen),
        "url": f"/place/?layers={seen.layer.address}",
    }


def _bound(seen: place.Seen, level: str) -> dict[str, Any] | None:
    """The values that a sentence is bound to."""
    names = place.names()
    if seen.layer.kind == "flows":
        widest = place.flows(seen, level)[:1]
        if not widest:
            return None
        words = pick("{}到{}", "{} to {}").format(
            *(names.get(widest[0][n], widest[0][n]) for n in ("source", "target"))
        )
        return {
            "total": _said(place.total(seen)),
            "first": words,
            "first_value": _said(widest[0]["value"]),
            "spot": _spot(widest[0]["target"]),
        }
    areas = place.by_area(seen, level)
    if not areas:
        return None
    return {
        "total": _said(place.total(seen)),
        "first": names.get(areas[0]["code"], areas[0]["code"]),
        "first_value": _said(areas[0]["value"]),
        "spot": _spot(areas[0]["code"]),
    }


def _said(value: Any) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def _spot(code: str) -> str:
    """Where the map goes to show an area: longitude, latitude, zoom."""
    spot = place.spots().get(code)
    return f"{spot[0]},{spot[1]},{ {6: 10.6, 9: 12.2}.get(len(code), 13.5) }" if spot else ""


def oldest(views: Views) -> datetime | None:
    """How old the oldest of what is shown is."""
    return min((seen.index.as_of for seen in views.known.values() if seen), default=None)


DISTRICT = (
    ("resident", t("户籍人口", "Residents")),
    ("enterprise", t("市场主体", "Enterprises")),
    ("calls", t("热线诉求", "Orders")),
)


def districts(views: Views) -> dict[str, Any]:
    """One row a district: people, enterprises, requests; each column opens to its layer."""
    names, table, heads = place.names(), dict[str, dict[str, Any]](), []
    for name, title in DISTRICT:
        seen = views.of(name)
        if seen is None:
            continue
        heads.append({"title": title, "url": f"/place/?layers={seen.layer.address}", "as_of": seen.index.as_of})
        for row in place.by_area(seen, "district"):
            table.setdefault(row["code"], {})[name] = row["value"]
    shown = [name for name, _ in DISTRICT if views.of(name) is not None]
    return {
        "heads": heads,
        "rows": [
            {"name": names.get(code, code), "values": [row.get(name) for name in shown]}
            for code, row in sorted(table.items())
        ],
    }
