"""A figure ready to be drawn: titles in the reader's language, categories, series, and where the numbers come from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ludao.base.text import pick


@dataclass(frozen=True)
class Series:
    """One line, one set of columns. `low` and `high` draw a band around it (a forecast)."""

    name: str
    values: Sequence[float | None]
    unit: str = ""
    precision: int = 0
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    is_dashed: bool = False


@dataclass(frozen=True)
class Figure:
    """What `{% include "chart/_chart.html" with figure=… %}` draws; `kind` as in a chart's declaration."""

    title: str
    kind: str
    by: str
    categories: Sequence[str]
    series: Sequence[Series]
    as_of: datetime | date | None = None
    source: str = ""
    source_url: str = ""
    lead: str = ""
    url: str = ""
    drill: Sequence[str] = field(default=())  # an address for each category, where a tap leads on

    @property
    def is_empty(self) -> bool:
        return not self.categories or all(v is None for s in self.series for v in s.values)

    @property
    def payload(self) -> dict[str, Any]:
        """What the browser draws from."""
        return {
            "kind": self.kind, "by": self.by, "categories": list(self.categories), "drill": list(self.drill),
            "title": self.title,
            "series": [{"name": s.name, "unit": s.unit, "precision": s.precision, "values": list(s.values),
                        "low": list(s.low), "high": list(s.high), "dashed": s.is_dashed} for s in self.series],
        }

    @property
    def heads(self) -> list[str]:
        return [f"{s.name}（{s.unit}）" if s.unit and pick("zh", "en") == "zh" else f"{s.name} ({s.unit})" if s.unit
                else s.name for s in self.series]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The same as a table, as it is read."""
        return [(name, [figure_text(s.values[n], s.precision) for s in self.series])
                for n, name in enumerate(self.categories)]

    @property
    def sketch(self) -> SafeString:
        """The picture that stands in the page until the script has drawn a better one."""
        from .sketch import sketch

        return sketch(self)

    @cached_property
    def spoken(self) -> str:
        """What a screen reader says of the picture."""
        said = "；".join(f"{s.name} {figure_text(s.values[-1], s.precision)}{s.unit}"
                        for s in self.series[:3] if s.values)
        last = self.categories[-1] if self.categories else ""
        return pick(f"{self.title}，{len(self.categories)} 项，{last}：{said}",
                    f"{self.title}, {len(self.categories)} values, {last}: {said}")


def figure_text(value: float | None, precision: int = 0) -> str:
    """1,234.5; an empty value is a dash."""
    return "—" if value is None else f"{value:,.{precision}f}"


def number(value: Any) -> float | None:
    """What engines give (Decimal, int, float), as JSON has it."""
    if value is None:
        return None
    return float(value) if isinstance(value, Decimal | float) else int(value)


def sparkline(values: Sequence[float | None], width: int = 120, height: int = 32, label: str = "") -> SafeString:
    """A small line as SVG, drawn on the server: it needs no script and no library."""
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return SafeString("")
    low, span = min(known), (max(known) - min(known)) or 1
    step = width / (len(values) - 1)
    at = [(n * step, height - 3 - (v - low) / span * (height - 6)) for n, v in enumerate(values) if v is not None]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
    x, y = at[-1]
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" {}><path d="{}" fill="none"'
        ' stroke="currentColor" stroke-width="2" vector-effect="non-scaling-stroke"/>'
        '<path d="M{} {}h0" stroke="currentColor" stroke-width="6" stroke-linecap="round"'
        ' vector-effect="non-scaling-stroke"/></svg>', width, height, said, path, f"{x:.1f}", f"{y:.1f}")
