"""Shows in the terminal how the city is being invented: table, rows, rate, what is left."""

import time
from datetime import date
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from ludao.demo import departments

MOST = 1.5  # what id numbers of the range that belongs to nobody, and the rows of a workbook, allow


def simulate(scale: float, seed: int, folder: Path, day: str, out: Console) -> None:
    if not 0 < scale <= MOST:
        raise typer.BadParameter(f"a city needs people: 0 < scale ≤ {MOST}", param_hint="--scale")
    try:
        as_of = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise typer.BadParameter("a day is like 2026-10-31", param_hint="--day") from error
    began = time.monotonic()
    rows = _write(scale, seed, folder, as_of, out)
    seconds = time.monotonic() - began
    out.print(_summary(rows))
    out.print(f"{sum(rows.values()):,} rows of {len(rows)} tables in {seconds:.1f} s "
              f"({sum(rows.values()) / seconds:,.0f} rows/s) → {folder}", highlight=False)


def _write(scale: float, seed: int, folder: Path, as_of: date | None, out: Console) -> dict[str, int]:
    columns = (TextColumn("{task.description:<32}"), BarColumn(), TaskProgressColumn(),
               TextColumn("{task.fields[rows]:>12,} rows {task.fields[rate]:>10,.0f}/s"), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        bar = progress.add_task("people", total=1.0, rows=0, rate=0.0)
        began, written = time.monotonic(), dict[str, int]()

        def tell(address: str, rows: int, done: float) -> None:
            written[address] = rows
            total = sum(written.values())
            progress.update(bar, description=address, completed=done, rows=total,
                            rate=total / max(time.monotonic() - began, 0.001))

        return departments.generate(scale, seed, folder, as_of, tell)


def _summary(rows: dict[str, int]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("table")
    table.add_column("rows handed over", justify="right")
    for address, count in rows.items():
        table.add_row(address, f"{count:,}")
    return table
