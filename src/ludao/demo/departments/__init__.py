"""What the departments hold and how they hand it over: one contract a table, and the city that fills them."""

import shutil
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
AS_OF = date(2026, 10, 31)  # the city's day unless another is asked for: the same seed gives the same files for ever
Tell = Callable[[str, int, float], None]


def contracts() -> list[dict[str, Any]]:
    """Every department's contract, by address; what a table's columns, rules and way into the city are."""
    paths = sorted(HERE.glob("*/*.toml"))
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]


def generate(
    scale: float, seed: int, out: Path, as_of: date | None = None, tell: Tell = lambda address, rows, done: None
) -> dict[str, int]:
    """Write the departments' files and the truth into `out`; what it makes there it replaces. Rows by address.

    The same scale, seed and day give the same bytes (a database and workbooks: the same rows). Scale 1 is a city
    of 5.3 million. `tell(address, rows so far, share of the whole done)` hears of every table of every part.
    """
    from ludao.demo.departments.writing import write

    every = contracts()
    for name in {contract["address"].split(".")[1] for contract in every} | {"truth"}:
        shutil.rmtree(out / name, ignore_errors=True)
    return write(every, scale, seed, out, as_of or AS_OF, tell)
