"""A figure as a small picture in the page itself, seen before any script has come, and where none comes at all."""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString

from .figures import Figure, figure_text

WIDE, HIGH = 600, 288  # as a chart's place is on a page
MOST_BARS, MOST_POINTS, MOST_SERIES = 12, 200, 8
LEFT, TOP, BOTTOM, ROW = 130, 16, 24, 22


def sketch(figure: Figure) -> SafeString:
    """SVG for lines, columns and bars; "" for kinds whose shape says nothing without its words."""
    if figure.is_empty or figure.kind in ("number", "table", "radar", "heat"):
        return SafeString("")
    inside = _bars(figure) if figure.kind in ("bar", "pie") else _over(figure)
    return SafeString(
        f'<svg class="sketch" viewBox="0 0 {WIDE} {HIGH}" aria-hidden="true" focusable="false">{inside}</svg>'
    )


def _bars(figure: Figure) -> str:
    one = figure.series[0]
    rows = list(zip(figure.categories, one.values, strict=True))[:MOST_BARS]
    most = max((value or 0 for _, value in rows), default=0) or 1
    found = []
    for n, (name, value) in enumerate(rows):
        y, wide = TOP + n * ROW, max(0.0, (value or 0) / most) * (WIDE - LEFT - 90)
        word = escape(name if len(name) <= 9 else f"{name[:8]}…")
        found.append(
            f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{word}</text>'
            f'<rect class="sketch-0" x="{LEFT}" y="{y}" width="{wide:.1f}" height="{ROW - 7}"/>'
            f'<text x="{LEFT + wide + 6:.1f}" y="{y + 13}">{figure_text(value, one.precision)}</text>'
        )
    return "".join(found)


def _over(figure: Figure) -> str:
    """Over time, or as columns: all series to one scale, the first and the last category named."""
    series = [list(one.values)[-MOST_POINTS:] for one in figure.series[:MOST_SERIES]]
    names = list(figure.categories)[-MOST_POINTS:]
    stacked = figure.kind == "stack"
    tops = [sum(v or 0 for v in column) if stacked else max((v or 0 for v in column), default=0)
            for column in zip(*series, strict=True)]
    most = max(tops, default=0) or 1
    step = (WIDE - 60) / max(len(names), 1)
    drawn = _columns(series, most, step, stacked) if figure.kind in ("column", "stack") else _lines(series, most, step)
    first, last = escape(names[0]), escape(names[-1])
    return (
        f'{drawn}<path class="sketch-line" d="M50 {HIGH - BOTTOM}H{WIDE - 10}"/>'
        f'<text x="50" y="{HIGH - 6}">{first}</text>'
        f'<text x="{WIDE - 10}" y="{HIGH - 6}" text-anchor="end">{last}</text>'
        f'<text x="44" y="{TOP + 4}" text-anchor="end">{figure_text(most, figure.series[0].precision)}</text>'
    )


def _y(value: float, most: float) -> float:
    return HIGH - BOTTOM - max(value, 0) / most * (HIGH - BOTTOM - TOP)


def _lines(series: Sequence[Sequence[float | None]], most: float, step: float) -> str:
    found = []
    for number, values in enumerate(series):
        known = [(n, value) for n, value in enumerate(values) if value is not None]
        spots = [f"{50 + (n + 0.5) * step:.1f} {_y(value, most):.1f}" for n, value in known]
        found.append(f'<path class="sketch-{number}" fill="none" d="M{"L".join(spots)}"/>' if spots else "")
    return "".join(found)


def _columns(series: Sequence[Sequence[float | None]], most: float, step: float, stacked: bool) -> str:
    """Stacked, or side by side."""
    wide = step * 0.7 / (1 if stacked else len(series))
    below = [0.0] * len(series[0])
    found = []
    for number, values in enumerate(series):
        for n, value in enumerate(values):
            top = _y((value or 0) + (below[n] if stacked else 0), most)
            high = _y(below[n] if stacked else 0, most) - top
            x = 50 + n * step + step * 0.15 + (0 if stacked else number * wide)
            size = f'width="{wide:.1f}" height="{high:.1f}"'
            found.append(f'<rect class="sketch-{number}" x="{x:.1f}" y="{top:.1f}" {size}/>')
            below[n] += value or 0
    return "".join(found)
