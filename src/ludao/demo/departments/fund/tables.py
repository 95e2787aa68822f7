"""The housing fund: accounts of those whose employers pay in."""

import numpy as np
import pyarrow as pa

from ludao.demo.delivery.rows import Rows, choose, codes_of, days, person
from ludao.demo.population.city import Part
from ludao.demo.population.numbers import padded
from ludao.demo.population.people import DAY

HIGHEST = 33_190_00  # fen


def account(part: Part) -> Rows:
    lives, rng = part.lives, part.chance("account")
    who = np.flatnonzero(lives.fund)
    columns, about = person(part, who, "id_number", "name")
    base = (lives.salary[who] * 100).clip(2_265_00, HIGHEST)
    monthly = base * rng.integers(5, 13, len(who)) * 2 // 100
    opened = np.minimum(lives.hired[who] + 30 * DAY, part.as_of - DAY)
    months = (part.as_of - opened).astype(np.int64) // 30
    columns |= {
        "account_number": padded(350_210_000_000 + part.first + who, 12),
        "credit_code": codes_of(part, lives.employer[who]),
        "base_fen": pa.array(base), "monthly_fen": pa.array(monthly),
        "balance_fen": pa.array((monthly * months * rng.uniform(0.2, 1, len(who))).astype(np.int64)),
        "opened_on": days(opened), "status": choose(("正常", "封存"), (rng.random(len(who)) < 0.04).astype(int)),
    }
    return Rows(columns, opened, [about], companies=lives.employer[who])
