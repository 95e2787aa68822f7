"""Claim: one statement of the lake judges all enterprises by all policies, in less memory than OpenFisca needs.

Peer: openfisca-core, vectorised, the same conditions and amounts as variables over the same facts, in the same run;
both read the facts from one file and write state and amount of every enterprise and policy. Results are compared.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

COMPANIES, POLICIES, COLUMNS = 800_000, 200, 24
ON = date(2026, 6, 30)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")


def run(scale: float) -> Iterator[dict[str, Any]]:
    """scale 1 is a tenth of the enterprises (80,000); `--scale 10` is the whole city."""
    rows = int(COMPANIES / 10 * scale)
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder) / "facts.parquet"
        make(facts, rows)
        ours, peer = (apart(side, folder) for side in ("ludao", "openfisca"))
        same = equal(Path(folder))
    note = f"{rows} enterprises x {POLICIES} policies; {same} of {rows * POLICIES} results equal"
    yield {
        "name": "rules.seconds",
        "value": ours[0],
        "unit": "s",
        "peer": "openfisca-core",
        "peer_value": peer[0],
        "ratio": ours[0] / peer[0],
        "scale": scale,
        "note": note,
    }
    yield {
        "name": "rules.peak_mib",
        "value": ours[1],
        "unit": "MiB",
        "peer": "openfisca-core",
        "peer_value": peer[1],
        "ratio": ours[1] / peer[1],
        "scale": scale,
    }


def policies() -> list[tuple[str, list[tuple[int, int]], int, int]]:
    """(code, [(column, at least)], column paid by, permille): drawn once; conditions recur as they do in law."""
    draw = random.Random(2022)
    lines = [(draw.randrange(COLUMNS), draw.randrange(100, 900)) for _ in range(120)]
    return [
        (f"p{n}", draw.sample(lines, draw.randint(3, 6)), draw.randrange(COLUMNS), draw.randrange(1, 50))
        for n in range(POLICIES)
    ]


def make(path: Path, rows: int) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(7)
    columns = {f"x{n}": pa.array(draw.integers(0, 1000, rows)) for n in range(COLUMNS)}
    pq.write_table(pa.table({"id": pa.array([f"c{n:07}" for n in range(rows)]), **columns}), path)


def apart(side: str, folder: str) -> tuple[float, float]:
    """In a process of its own, so that peaks do not mix: seconds, MiB."""
    done = subprocess.run([sys.executable, __file__, side, folder], check=True, stdout=subprocess.PIPE, text=True)
    seconds, peak = done.stdout.split()[-2:]
    return float(seconds), float(peak)


def ludao(folder: Path) -> float:
    import django

    django.setup()
    from ludao.blocks.lake import public as lake
    from ludao.blocks.rule.engine import reading
    from ludao.blocks.rule.engine.compiling import Judged, statement
    from ludao.blocks.rule.engine.words import Fact, Facts

    began = time.perf_counter()  # a house that runs has its code loaded
    columns = {f"x{n}": Fact(f"x{n}", "number", "数", "Number") for n in range(COLUMNS)}
    facts = Facts("thing", "things", "id", {"zh": "企业", "en": "Enterprise"}, columns)
    parts = [Judged(reading.read(text(*one), {"thing": facts}), 1) for one in policies()]
    with lake.session() as work:
        query = statement(parts, facts, ON, source=f"read_parquet('{folder}/facts.parquet')")
        work.connection.execute("set preserve_insertion_order = false")  # rows of a match have no order
        work.connection.execute(f"copy ({query}) to '{folder}/ludao.parquet' (compression zstd)")
    return time.perf_counter() - began


def text(code: str, lines: list[tuple[int, int]], paid: int, rate: int) -> str:
    conditions = "".join(
        f'[conditions.c{n}]\nzh = "条件"\nen = "Condition"\nsays = "x{c} >= {low}"\n'
        for n, (c, low) in enumerate(lines)
    )
    return (
        f'code = "thing.{code}"\nentity = "thing"\ntitle = "{code}"\nowner = "x"\nfrom = 2020-01-01\n'
        f'[legal]\nnote = "bench"\n{conditions}[amount]\nformula = "least(x{paid} * {rate} / 1000, 20) + 1"\n'
        '[[examples]]\nexpect = "unknown"\n[[examples]]\nexpect = "unknown"\n'
    )


def openfisca(folder: Path) -> float:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    began = time.perf_counter()
    entity = build_entity("thing", "things", "", is_person=True)
    system = TaxBenefitSystem([entity])

    def variable(name: str, kind: type, formula: Any = None) -> None:
        body = {"value_type": kind, "entity": entity, "definition_period": DateUnit.MONTH, "label": name}
        system.add_variable(type(name, (Variable,), body | ({"formula": formula} if formula else {})))

    for n in range(COLUMNS):
        variable(f"x{n}", float)
    lines = {line: f"c{n}" for n, line in enumerate(dict.fromkeys(x for p in policies() for x in p[1]))}
    for (column, low), name in lines.items():
        variable(name, bool, at_least(f"x{column}", low))
    for code, wanted, paid, rate in policies():
        variable(f"met_{code}", bool, every([lines[line] for line in wanted]))
        variable(f"pay_{code}", float, share(f"met_{code}", f"x{paid}", rate))
    table = pq.read_table(folder / "facts.parquet")
    simulation = SimulationBuilder().build_default_simulation(system, count=table.num_rows)
    for n in range(COLUMNS):
        simulation.set_input(f"x{n}", "2026-06", table[f"x{n}"].to_numpy())
    schema = pa.schema([("id", pa.string()), ("policy", pa.string()), ("state", pa.int8()), ("amount_fen", pa.int64())])
    with pq.ParquetWriter(folder / "openfisca.parquet", schema, compression="zstd") as out:
        for code, *_ in policies():
            met, pay = (simulation.calculate(f"{w}_{code}", "2026-06") for w in ("met", "pay"))
            codes = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(met), np.int8)), [f"thing.{code}"])
            out.write_table(
                pa.table(
                    {
                        "id": table["id"],
                        "policy": codes.cast(pa.string()),
                        "state": met.astype(np.int8),
                        "amount_fen": pa.array(pay.astype(np.int64), mask=~met),
                    }
                ).cast(schema)
            )
    return time.perf_counter() - began


def at_least(column: str, low: int) -> Any:
    return lambda thing, period: thing(column, period) >= low


def every(names: list[str]) -> Any:
    import numpy as np

    return lambda thing, period: np.logical_and.reduce([thing(name, period) for name in names])


def share(met: str, column: str, rate: int) -> Any:
    import numpy as np

    return lambda thing, period: (
        thing(met, period) * np.floor(np.minimum(thing(column, period).astype(float) * rate / 1000, 20) + 1 + 0.5)
    )


def equal(folder: Path) -> int:
    from ludao.blocks.lake import public as lake

    with lake.session() as work:
        row = work.connection.execute(
            f"select count(*) from read_parquet('{folder}/ludao.parquet') a"
            f" join read_parquet('{folder}/openfisca.parquet')"
            " b using (id, policy) where a.state = b.state and a.amount_fen is not distinct from b.amount_fen"
        ).fetchall()
    return int(row[0][0])


if __name__ == "__main__":
    seconds = {"ludao": ludao, "openfisca": openfisca}[sys.argv[1]](Path(sys.argv[2]))
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
