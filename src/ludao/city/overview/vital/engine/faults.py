"""Faults in series that people gathered by hand: dragged numbers, digits in the wrong order, names that changed, years
said twice, values that stand apart from both their neighbours."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

QUOTED = re.compile(r"“(\d+)”")
APART = 4.0  # times


@dataclass(frozen=True)
class Row:
    series: str
    name: str
    year: int
    value: float | None
    source: str
    note: str


@dataclass(frozen=True)
class Fault:
    kind: str  # dragged, transposed, renamed, twice, apart, unsourced
    series: str
    name: str
    years: str
    zh: str
    en: str


def find(rows: Sequence[Row]) -> list[Fault]:
    """In the order of the series. A fault is a reason to look, not a correction: no value is changed."""
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row.series, []).append(row)
    found = list(_dragged(by))
    for series in by.values():
        found += [*_transposed(series), *_renamed(series), *_twice(series), *_apart(series), *_unsourced(series)]
    return found


def _dragged(by: Mapping[str, Sequence[Row]]) -> Iterator[Fault]:
    """The same words with a number that grows by one from series to series: a cell dragged down a sheet."""
    last: tuple[str, int] | None = None
    run: list[tuple[Row, int]] = []
    for series in [*by.values(), []]:
        row = series[0] if series else None
        numbers = re.findall(r"\d+", row.source) if row else []
        words = re.sub(r"\d+", "#", row.source) if row else ""
        now = (words, int(numbers[-1])) if numbers else None
        if now and last and now[0] == last[0] and now[1] == last[1] + 1 and row:
            run.append((row, now[1]))
        else:
            if len(run) >= 3:
                first = run[0][1] - 1
                for one, number in run:
                    yield Fault(
                        "dragged",
                        one.series,
                        one.name,
                        "",
                        f"来源中的“{number}”是由“{first}”逐行拖拽加一而来，应为“{first}”",
                        f"“{number}” in the source was dragged down from “{first}”, which is meant",
                    )
            run = []
        last = now


def _transposed(series: Sequence[Row]) -> Iterator[Fault]:
    """The note quotes two figures of the same digits in another order, and the value is one of them."""
    for row in series:
        quoted, held = QUOTED.findall(row.note), "" if row.value is None else f"{row.value:.0f}"
        if len(set(quoted)) == 2 and sorted(quoted[0]) == sorted(quoted[1]) and held in quoted:
            other = next(q for q in quoted if q != held)
            yield Fault(
                "transposed",
                row.series,
                row.name,
                str(row.year),
                f"取 {held}，另一年鉴为 {other}：数字次序颠倒，其一录错",
                f"{held} here, {other} in another yearbook: digits changed places in one of them",
            )


def _renamed(series: Sequence[Row]) -> Iterator[Fault]:
    row = series[0]
    if row.note and ("该项目为" in row.note or "为2016-2017年统计项目名称" in row.note or "的和" in row.note):
        yield Fault(
            "renamed", row.series, row.name, "", f"名称或口径有变：{row.note}", f"its name or scope changed: {row.note}"
        )


def _twice(series: Sequence[Row]) -> Iterator[Fault]:
    seen: dict[int, float | None] = {}
    for row in series:
        if row.year in seen:
            yield Fault(
                "twice",
                row.series,
                row.name,
                str(row.year),
                f"同一年有两个值：{seen[row.year]}、{row.value}",
                f"two values for one year: {seen[row.year]} and {row.value}",
            )
        seen.setdefault(row.year, row.value)


def _apart(series: Sequence[Row]) -> Iterator[Fault]:
    known = [row for row in series if row.value and row.value > 0]
    for before, row, after in zip(known, known[1:], known[2:], strict=False):
        if not (before.value and row.value and after.value) or not before.year < row.year < after.year:
            continue
        up = min(row.value / before.value, row.value / after.value)
        down = min(before.value / row.value, after.value / row.value)
        if max(up, down) >= APART:
            yield Fault(
                "apart",
                row.series,
                row.name,
                str(row.year),
                f"{row.value:g} 与前后年份（{before.value:g}、{after.value:g}）相差 {max(up, down):.1f} 倍",
                f"{row.value:g} is {max(up, down):.1f} times off {before.value:g} and {after.value:g}",
            )


def _unsourced(series: Sequence[Row]) -> Iterator[Fault]:
    if series[0].source.strip() in ("", "？", "?"):
        row = series[0]
        yield Fault("unsourced", row.series, row.name, "", "没有写明来源", "no source is stated")
