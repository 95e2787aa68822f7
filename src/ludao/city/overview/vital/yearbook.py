"""The city's past from the yearbooks: a file through the exchange, its series as indicators, its faults listed.

    python -m ludao.city.overview.vital.yearbook FILE

The file stays with the operator who loads it; nothing of it is shipped.
"""

import argparse
import hashlib
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from ludao.base.actor import Actor

CONTRACT = Path(__file__).parent / "content" / "yearbook.toml"
ADDRESS = "source.statistics.yearbook"
BY = "yearbook"
THEMES = (("GDP和人口", "economy"), ("水路", "economy"), ("航空客货", "economy"), ("车辆", "environment"))


def bring(actor: Actor, path: Path) -> Any:
    """Receive and load one file; the same file again changes nothing. Gives the delivery."""
    from ludao.blocks.exchange import public as exchange

    exchange.set_up(actor, tomllib.loads(CONTRACT.read_text(encoding="utf-8")))
    delivery = exchange.receive(actor, ADDRESS, path)
    exchange.load.now(actor, about=ADDRESS, delivery=delivery.pk)
    delivery.refresh_from_db()
    return delivery


def rows() -> list[Any]:
    """All rows in the order of the file; nothing when no file was loaded."""
    from ludao.blocks.lake import public as lake

    from .engine.faults import Row

    if not lake.exists(ADDRESS):
        return []
    found = lake.sql(
        f"select workbook, sheet, indicator, unit, year, value::double as value, stated_source, note from {ADDRESS}"
    ).rows()
    return [
        Row(
            code_of(r),
            f"{r['indicator'].lstrip('#')}（{r['sheet']}）",
            r["year"],
            r["value"],
            r["stated_source"] or "",
            r["note"] or "",
        )
        for r in found
    ]


def code_of(row: dict[str, Any]) -> str:
    said = "|".join(str(row[name] or "") for name in ("workbook", "sheet", "indicator", "unit"))
    return f"yearbook.s{hashlib.sha256(said.encode()).hexdigest()[:10]}"


def series() -> list[Any]:
    """Each series in the words of a definition, with its values; of a year that is there twice the first counts."""
    from ludao.blocks.indicator import public as indicator
    from ludao.blocks.lake import public as lake

    found: dict[str, tuple[dict[str, Any], dict[int, tuple[date, float, str]]]] = {}
    for row in lake.sql(f"select * replace (value::double as value) from {ADDRESS}").rows():
        code, name = code_of(row), row["indicator"].lstrip("#")
        said, values = found.setdefault(
            code,
            (
                {
                    "zh": f"{name}（{row['sheet']}）"[:200],
                    "en": f"{name} ({row['sheet']}), yearbook series"[:300],
                    "theme": next((t for words, t in THEMES if words in row["workbook"]), "environment"),
                    "group": "统计年鉴",
                    "owner": "xm-tjj",
                    "unit": (row["unit"] or "")[:40],
                    "period": "year",
                    "precision": 2,
                    "ref": "yearbook",
                    "means": f"{row['workbook']} · {row['sheet']} · {row['indicator']}|As the yearbooks state it",
                },
                {},
            ),
        )
        if row["value"] is not None:
            values.setdefault(row["year"], (date(row["year"], 1, 1), row["value"], row["stated_source"] or ""))
    return [indicator.Series(code, said, sorted(values.values())) for code, (said, values) in found.items()]


def main() -> None:
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    django.setup()
    from ludao.city.overview.vital import actions

    house = Actor.system("yearbook", channel="cli")
    delivery = bring(house, asked.file)
    values = actions.take_yearbook(house)
    sys.stdout.write(f"{delivery.rows} rows, {delivery.bad} turned away; {values} values of {len(series())} series\n")


if __name__ == "__main__":
    main()
