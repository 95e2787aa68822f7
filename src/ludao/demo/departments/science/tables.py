"""Science: companies recognised for their technology."""

import numpy as np

from ludao.demo.delivery.rows import Rows, choose, coded, codes_of, days, names_of
from ludao.demo.population.city import Part
from ludao.demo.population.people import DAY

KINDS = ("高新技术企业", "科技型中小企业", "专精特新中小企业", "创新型中小企业")


def recognition(part: Part) -> Rows:
    """A technical company holds one to three; each for three years."""
    them, rng = part.companies, part.chance("recognition")
    able = part.own[them.is_science[part.own]]
    at, kind = np.nonzero(rng.random((len(able), 4)) < (0.45, 0.5, 0.12, 0.2))
    company = able[at]
    granted = np.maximum(part.as_of - rng.integers(20, 1500, len(company)) * DAY, them.founded[company] + 300 * DAY)
    granted = np.minimum(granted, part.as_of - DAY)
    columns = {"certificate_number": coded("GR", part, len(company)), "credit_code": codes_of(part, company),
               "name": names_of(part, company), "kind": choose(KINDS, kind), "granted_on": days(granted),
               "expires_on": days(granted + 1095 * DAY)}
    return Rows(columns, granted, companies=company)
