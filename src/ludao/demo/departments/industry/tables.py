"""Industry: output and energy of industrial enterprises, year by year."""

import numpy as np
import pyarrow as pa

from ludao.demo.delivery.rows import Rows, codes_of
from ludao.demo.population import industries
from ludao.demo.population.city import Part
from ludao.demo.population.people import DAY


def output(part: Part) -> Rows:
    them, rng = part.companies, part.chance("output")
    able = part.own[industries.IS_INDUSTRY[them.trade[part.own]] & (them.status[part.own] == 0)
                    & (them.employees[part.own] >= 10)]
    last = int(str(part.as_of)[:4]) - 1
    years = np.arange(last - 2, last + 1)
    founded = them.founded[able].astype("M8[Y]").astype(np.int64) + 1970
    at, turn = np.nonzero(founded[:, None] <= years)
    company, year = able[at], years[turn]
    made = (them.revenue[company] * rng.uniform(0.9, 1.1, len(company)) * 1.05 ** (year - last)).astype(np.int64)
    columns = {"credit_code": codes_of(part, company), "year": pa.array(year), "output_fen": pa.array(made),
               "energy_tce": pa.array((made / 1e6 * rng.lognormal(-2.2, 0.6, len(company)) / 10).round(2))}
    return Rows(columns, (year - 1970 + 1).astype("M8[Y]").astype("M8[D]") + 45 * DAY, companies=company)
