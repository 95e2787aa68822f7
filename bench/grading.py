"""How well the rules of grading know the departments' columns, whose contracts are the truth."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SAMPLE = 400


def run(scale: float = 0.0005) -> Iterator[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        figures = measured(Path(folder), scale)
    note = f"{figures.columns} columns, {figures.guarded_true} of them sensitive; missed: {figures.missed}"
    for name in ("precision", "recall", "accuracy"):
        yield {"name": f"grading.{name}", "value": round(getattr(figures, name), 4), "unit": "share", "scale": scale,
               "note": note if name == "accuracy" else ""}


def measured(folder: Path, scale: float) -> Any:
    """The figures of a city of this scale; `means` and `grade` of the contracts are only compared with."""
    from ludao.city.data.classification.engine.proposing import Asked, propose
    from ludao.city.data.classification.measuring import measure
    from ludao.demo.departments import contracts, generate

    generate(scale, 2022, folder)
    found = []
    for contract in contracts():
        values = delivered(folder, contract)
        for name, column in contract["columns"].items():
            asked = Asked(name, f"{column['zh']} {column.get('en', '')}", column["type"], values.get(name, ()))
            found.append((f"{contract['address']}.{name}", propose(asked), column["means"], column["grade"]))
    return measure(found)


def delivered(folder: Path, contract: dict[str, Any]) -> dict[str, list[str]]:
    """Some values of each column from the files as they came, under whatever names and encodings they came."""
    _, department, table = contract["address"].split(".")
    columns = contract["columns"]
    names = {alias: name for name in columns for alias in (name, *columns[name].get("aliases", ()))}
    values: dict[str, list[str]] = {}
    for rows in _files(folder / department, table):
        for row in rows[:SAMPLE]:
            for header, value in row.items():
                if (name := names.get(str(header))) and value not in (None, "") and value == value:
                    values.setdefault(name, []).append(str(value))
    return values


def _files(folder: Path, table: str) -> Iterator[list[dict[str, Any]]]:
    for path in sorted(folder.glob(f"{table}*")):
        yield _rows(path)
    for path in folder.glob("*.sqlite"):
        with sqlite3.connect(path) as database:
            database.row_factory = sqlite3.Row
            tables = [r[0] for r in database.execute("select name from sqlite_master where type = 'table'")]
            for name in (n for n in tables if n == table):
                yield [dict(r) for r in database.execute(f'select * from "{name}" limit {SAMPLE}')]


def _rows(path: Path) -> list[dict[str, Any]]:
    import pandas as pd

    if path.suffix == ".parquet":
        return pd.read_parquet(path).head(SAMPLE).to_dict("records")
    if path.suffix == ".xlsx":
        return pd.read_excel(path, dtype=str, engine="calamine").head(SAMPLE).to_dict("records")
    text = _text(path)
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()[:SAMPLE] if line.strip()]
    from io import StringIO

    return pd.read_csv(StringIO(text), dtype=str, sep=None, engine="python").head(SAMPLE).to_dict("records")


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
