"""Commerce: imports and exports, year by year."""

import numpy as np
import pyarrow as pa

from ludao.demo.delivery.rows import Rows, codes_of
from ludao.demo.population import industries
from ludao.demo.population.city import Part
from ludao.demo.population.companies import TRADER
from ludao.demo.population.people import DAY


def trade(part: Part) -> Rows:
    them, rng = part.companies, part.chance("trade")
    able = part.own[industries.IS_TRADE[them.trade[part.own]] & (them.status[part.own] == 0)
                    & (them.kind[part.own] != TRADER) & (rng.random(len(part.own)) < 0.35)]
    last = int(str(part.as_of)[:4]) - 1
    years = np.arange(last - 2, last + 1)
    founded = them.founded[able].astype("M8[Y]").astype(np.int64) + 1970
    at, turn = np.nonzero(founded[:, None] <= years)
    company, year = able[at], years[turn]
    share = rng.beta(1.2, 3, (2, len(company)))
    columns = {"credit_code": codes_of(part, company), "year": pa.array(year),
               "import_fen": pa.array((them.revenue[company] * share[0] * 0.5).astype(np.int64)),
               "export_fen": pa.array((them.revenue[company] * share[1]).astype(np.int64))}
    return Rows(columns, (year - 1970 + 1).astype("M8[Y]").astype("M8[D]") + 35 * DAY, companies=company)
