"""What the departments hold and how they hand it over: one contract a table, and the city that fills them."""

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def contracts() -> list[dict[str, Any]]:
    """Every department's contract, by address; what a table's columns, rules and way into the city are."""
    paths = sorted(HERE.glob("*/*.toml"))
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
