"""Writes the city down: part after part, each department its tables, each table its deliveries and its truth."""

from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ludao.demo.delivery import dirt
from ludao.demo.delivery.handing import Department
from ludao.demo.delivery.rows import Rows
from ludao.demo.delivery.truth import Truth
from ludao.demo.population import city


def write(
    contracts: list[dict[str, Any]], scale: float, seed: int, out: Path, as_of: date,
    tell: Callable[[str, int, float], None],
) -> dict[str, int]:
    departments = {contract["address"]: Department(contract, out, np.datetime64(as_of)) for contract in contracts}
    truth, total = Truth(out / "truth"), max(200, round(city.RESIDENTS * scale))
    for part in city.parts(scale, seed, as_of):
        truth.part(part)
        for number, (address, department) in enumerate(departments.items()):
            _write(department, department.contract, part, truth)
            done = (part.first + len(part.people) * (number + 1) / len(departments)) / total
            tell(address, department.written, min(done, 1))
        truth.flush()
    for address, department in departments.items():
        department.close()
        for delivery, column, header in department.renamed():
            truth.renamed(address, delivery, column, header)
    truth.close()
    return {address: department.written for address, department in departments.items()}


def _write(department: Department, contract: Mapping[str, Any], part: city.Part, truth: Truth) -> None:
    _, name, table = contract["address"].split(".")
    rows: Rows = getattr(import_module(f"ludao.demo.departments.{name}.tables"), table)(part)
    keys = rows.keys(contract)
    truth.rows(contract, keys, rows, part)
    truth.dirt(contract["address"], keys, dirt.soil(rows, contract, part))
    truth.handed(contract["address"], keys, department.write(rows, part))
