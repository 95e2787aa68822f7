"""Market regulation: the register of enterprises, their licences, changes and penalties."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, coded, codes_of, days, names_of
from ludao.demo.population import cast, industries
from ludao.demo.population.city import Part
from ludao.demo.population.companies import KINDS, STATUSES
from ludao.demo.population.people import DAY
from ludao.demo.population.places import communities
from ludao.demo.population.seeds import pick

LICENCES = {
    "5": "食品经营许可证", "6": "食品经营许可证", "14": "食品生产许可证", "13": "食品生产许可证",
    "27": "药品生产许可证", "3584": "医疗器械生产许可证", "5251": "药品经营许可证", "84": "医疗机构执业许可证",
    "9011": "娱乐经营许可证", "5431": "道路运输经营许可证", "7263": "劳务派遣经营许可证", "49": "建筑业企业资质证书",
    "47": "建筑业企业资质证书", "7010": "房地产开发企业资质证书", "7291": "旅行社业务经营许可证",
    "6110": "特种行业许可证", "8310": "民办学校办学许可证",
}
FOOD = {"5123", "5127", "5211", "5213", "5226", "6110", "6210", "6220", "6231", "6291"}
REASONS = (
    "未按规定公示年度报告", "使用未经检定的计量器具", "销售过期食品", "发布虚假广告", "未亮证经营",
    "侵犯注册商标专用权", "不按规定明码标价",
)
FIELDS = ("法定代表人", "住所", "注册资本", "企业名称", "经营范围")


def enterprise(part: Part) -> Rows:
    them, own, at = part.companies, part.own, pa.array(part.own)
    legal = them.legal[own]
    people = part.people
    columns = {
        "credit_code": codes_of(part, own), "name": names_of(part, own), "kind": choose(KINDS, them.kind[own]),
        "industry_code": choose(industries.CODES.tolist(), them.trade[own]),
        "industry": choose(industries.NAMES, them.trade[own]), "capital_fen": pa.array(them.capital[own]),
        "founded_on": days(them.founded[own]), "status": choose(STATUSES, them.status[own]),
        "legal_person_name": people.names.take(pa.array(legal)),
        "legal_person_id_number": people.ids.take(pa.array(legal)), "address": them.addresses.take(at),
        "area_code": communities().codes.take(pa.array(them.community[own])), "phone": them.phones.take(at),
        "employees": pa.array(them.employees[own]),
    }
    about = About(legal, {"person_name": "legal_person_name", "id_number": "legal_person_id_number"}, "legal_person")
    event = np.where(np.isnat(them.ended[own]), them.founded[own], them.ended[own])
    fewer = pa.array(np.maximum(them.employees[own] - 1, 0))
    return Rows(columns, np.minimum(event, part.as_of - DAY), [about], companies=own, older={"employees": fewer})


def _kinds(trade: np.ndarray) -> np.ndarray:
    """The licence that a trade needs; "" if none."""
    def of(code: str) -> str:
        if code[0] in "56" and code not in FOOD and code not in LICENCES:
            return ""
        return next((LICENCES[code[:length]] for length in (4, 2, 1) if code[:length] in LICENCES), "")

    return np.array([of(code) for code in industries.CODES], dtype=object)[trade]


def licence(part: Part) -> Rows:
    them, rng = part.companies, part.chance("licence")
    kinds = _kinds(them.trade[part.own])
    some = (kinds != "") & ((rng.random(len(kinds)) < 0.9) | (part.own == cast.SHOP))
    company, kind = part.own[some], kinds[some]
    age = (part.as_of - them.founded[company]).astype(np.int64)
    issued = them.founded[company] + (age % 1826).clip(0, age - 1) * DAY  # renewed every five years
    issued = np.where(issued > part.as_of - DAY, them.founded[company], issued)
    ended = ~np.isnat(them.ended[company])
    columns = {
        "licence_number": coded("XK3502", part, len(company)), "credit_code": codes_of(part, company),
        "name": names_of(part, company), "kind": pa.array(kind, pa.utf8()), "issued_on": days(issued),
        "expires_on": days(issued + 1826 * DAY), "status": choose(("有效", "注销"), ended.astype(int)),
    }
    return Rows(columns, issued, companies=company)


def change(part: Part) -> Rows:
    """About one change in four years."""
    them, rng = part.companies, part.chance("change")
    age = (part.as_of - them.founded[part.own]).astype(np.int64)
    turns = rng.poisson(age / 1461)
    company = np.repeat(part.own, turns)
    day = them.founded[company] + (rng.uniform(0.02, 1, len(company)) * np.repeat(age, turns)).astype("m8[D]")
    field = pick(rng, np.array([0.3, 0.3, 0.2, 0.1, 0.1]), len(company))
    able = rng.integers(0, len(part.people), (2, len(company)))
    other = part.people
    before, after = (
        pc.choose(
            pa.array(field), other.names.take(pa.array(able[turn])), other.addresses.take(pa.array(able[turn])),
            _sums((turn + 1) * 50 * (1 + able[turn] % 20)),
            pc.binary_join_element_wise(names_of(part, company), ("（筹）", "")[turn], ""),
            choose(("一般项目", "一般项目、许可项目"), np.full(len(company), turn)),
        ) for turn in range(2))
    columns = {"change_number": coded("BG", part, len(company)), "credit_code": codes_of(part, company),
               "field": choose(FIELDS, field), "before": before, "after": after, "changed_on": days(day)}
    return Rows(columns, np.minimum(day, part.as_of - DAY), companies=company)


def _sums(tens_of_thousands: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(pc.cast(pa.array(tens_of_thousands), pa.utf8()), "万元", "")


def penalty(part: Part) -> Rows:
    them, rng = part.companies, part.chance("penalty")
    company = part.own[(rng.random(len(part.own)) < 0.035) & (part.own != cast.SHOP)]
    age = (part.as_of - them.founded[company]).astype(np.int64)
    day = them.founded[company] + (rng.uniform(0.1, 1, len(company)) * age).astype("m8[D]")
    day = np.minimum(day, part.as_of - DAY)
    columns = {
        "decision_number": coded("厦市监罚", part, len(company)), "credit_code": codes_of(part, company),
        "name": names_of(part, company), "reason": choose(REASONS, rng.integers(0, len(REASONS), len(company))),
        "amount_fen": pa.array((rng.lognormal(8.3, 1.1, len(company)) / 100).round().astype(np.int64) * 10_000),
        "decided_on": days(day),
    }
    return Rows(columns, day, companies=company)
