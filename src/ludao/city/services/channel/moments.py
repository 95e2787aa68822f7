"""The moments of a life: what a person picks without knowing a department, and the one-things that answer it first."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ludao.base import datasets
from ludao.base.actor import STRANGER
from ludao.base.text import from_pair, pick

JOINT = "services.item.joint"
MOST = 200  # what a city joins is counted in dozens
FILE = Path(__file__).parent / "content" / "moments.toml"


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def known(code: str) -> bool:
    return code in _table()


def events(code: str) -> list[str]:
    """The life events of items that a moment gathers."""
    return list(_table()[code]["events"])


def title(code: str) -> str:
    return from_pair(_table()[code])


def shown() -> list[dict[str, Any]]:
    """All moments in their order, each with the one-things that answer it. One statement."""
    every = _rows()
    return [
        {
            "code": code,
            "title": from_pair(one),
            "icon": one["icon"],
            "for": one["for"],
            "joint": [_words(row) for row in _of(every, one["events"])],
        }
        for code, one in _table().items()
    ]


def joint(code: str) -> list[dict[str, Any]]:
    """The one-things of a moment: what each joins, and how many papers it spares."""
    return [_words(row) for row in _of(_rows(), events(code))]


def every() -> list[dict[str, Any]]:
    return [_words(row) for row in _rows()]


def _rows() -> list[dict[str, Any]]:
    return list(datasets.read(JOINT, STRANGER, order=["code"], limit=MOST).rows)


def _of(rows: Iterable[dict[str, Any]], wanted: Iterable[str]) -> Iterable[dict[str, Any]]:
    return (row for row in rows if set(wanted) & set(row["events"].split()))


def _words(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "title": pick(row["name_zh"], row["name_en"] or row["name_zh"]),
        "departments": pick(row["departments_zh"] or "", row["departments_en"] or row["departments_zh"] or ""),
        "guide_url": f"/services/item/guide/{row['code']}/",
    }
