"""The policies that follow Xiamen's published notices say what the notices say."""

import json
import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ludao.blocks.rule import public as rule
from ludao.city.data.benefit import facts

SHARED = Path(os.environ.get("LUDAO_SHARED", facts.CONTENT.parents[6] / "shared"))
FILE = SHARED / "data" / "xm_policies" / "xiamen_enterprise_policies.json"
ON = date(2026, 6, 30)
WAN = 1_000_000  # fen
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def notices() -> dict[str, Any]:
    if not FILE.exists():
        pytest.skip(f"{FILE.parent} is not here")
    return {n["id"]: n for n in json.loads(FILE.read_text(encoding="utf-8"))}


def ours(code: str) -> tuple[dict[str, Any], rule.Judged]:
    text = (facts.CONTENT / "policies" / f"{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text), rule.Judged(rule.read(text), 1)


def paid(code: str, on: date = ON, **known: Any) -> int | None:
    outcome = rule.evaluate(ours(code)[1], known, on)
    assert outcome.state == "met", outcome
    return outcome.amount_fen


@pytest.mark.parametrize(
    ("notice", "code"),
    [
        ("XM-GXJ-2022-leading", "company.xm_gxj_2022_leading"),
        ("XM-GXJ-2024Q1-growth", "company.xm_gxj_2024q1_growth"),
        ("XM-HULI-2025-30", "company.xm_huli_2025_30"),
        ("XM-SIMING-2021-scale", "company.xm_siming_2021_scale"),
        ("XM-TORCH-hq", "company.xm_torch_hq"),
        ("XM-SIMING-loan", "company.xm_siming_loan"),
        ("XM-SIMING-retail", "company.xm_siming_retail"),
    ],
)
def test_each_notice_has_its_policy_with_its_source(notices: dict[str, Any], notice: str, code: str) -> None:
    legal = ours(code)[0]["legal"]
    assert legal["url"] == notices[notice]["url"]
    assert legal.get("issuer", "") == notices[notice].get("issuer", legal.get("issuer", ""))


def test_the_steps_of_the_leading_enterprises(notices: dict[str, Any]) -> None:
    for yi, wan in notices["XM-GXJ-2022-leading"]["tiers_yi_to_wan"]:
        line = yi * 10_000 * WAN
        known = {"output_fen": line, "revenue_fen": line, "output_before_fen": line - 1, "revenue_before_fen": line - 1}
        assert paid("company.xm_gxj_2022_leading", sector="工业", on_doubling_list=True, **known) == wan * WAN


def test_huli_pays_its_permille_up_to_its_cap(notices: dict[str, Any]) -> None:
    item = notices["XM-HULI-2025-30"]["items"][0]
    for growth in (4_000 * WAN, 900_000 * WAN):
        known = dict.fromkeys(("rd_fen", "profit_fen", "output_before_fen", "rd_before_fen", "profit_before_fen"), 0)
        expected = min(growth * item["rate_permille"] // 1000, item["cap_wan_per_year"] * WAN)
        assert paid("company.xm_huli_2025_30", sector="工业", district="湖里区", output_fen=growth, **known) == expected


def test_siming_and_torch_pay_their_sums(notices: dict[str, Any]) -> None:
    scale = notices["XM-SIMING-2021-scale"]["items"][0]["award_wan"]
    known: dict[str, Any] = {"district": "思明区", "output_fen": 2000 * WAN, "output_before_fen": 1}
    assert paid("company.xm_siming_2021_scale", in_statistics=True, **known) == scale * WAN
    retail = notices["XM-SIMING-retail"]["items"][0]["award_wan"]
    known = {"district": "思明区", "sector": "零售", "first_statistics_on": date(2026, 2, 1)}
    assert paid("company.xm_siming_retail", **known) == retail * WAN
    loan = notices["XM-SIMING-loan"]["benefit"]["percent_of_district_tax"]
    known = {"is_high_tech": True, "district": "思明区", "local_tax_fen": 100 * WAN, "district_tax_fen": 100 * WAN}
    assert paid("company.xm_siming_loan", interest_fen=90 * WAN, **known) == loan * WAN
    for times, item in ((1, notices["XM-TORCH-hq"]["items"][3]), (2, notices["XM-TORCH-hq"]["items"][4])):
        known = {"is_high_tech": True, "in_torch_park": True, "high_tech_times": times}
        assert paid("company.xm_torch_hq", revenue_fen=2000 * WAN - 1, **known) == item["award_wan"] * WAN
        assert paid("company.xm_torch_hq", revenue_fen=2000 * WAN, **known) == item["then_total_wan"] * WAN


# Every item of every notice, in its order, and the policy that says it; one notice without items is one item.
ITEMS = {
    "XM-GXJ-2022-leading": ["company.xm_gxj_2022_leading"],
    "XM-GXJ-2024Q1-growth": ["company.xm_gxj_2024q1_growth"],
    "XM-HULI-2025-30": [
        "company.xm_huli_2025_30",
        "company.xm_huli_2025_30_processing",
        "company.xm_huli_2025_30_fixed",
        "company.xm_huli_2025_30_software",
    ],
    "XM-SIMING-2021-scale": [
        "company.xm_siming_2021_scale",
        "company.xm_siming_2021_growth",
        "company.xm_siming_2021_manufacturing",
    ],
    "XM-TORCH-hq": [
        "company.xm_torch_voucher",
        "company.xm_torch_voucher",
        "company.xm_torch_provider",
        "company.xm_torch_hq",
        "company.xm_torch_hq",
        "company.xm_torch_gazelle",
    ],
    "XM-SIMING-loan": ["company.xm_siming_loan"],
    "XM-SIMING-retail": ["company.xm_siming_retail", "company.xm_siming_retail_new"],
}


def test_no_item_of_a_notice_is_left_out(notices: dict[str, Any]) -> None:
    assert ITEMS.keys() == notices.keys()
    for notice, codes in ITEMS.items():
        assert len(codes) == len(notices[notice].get("items", [None]))
        for code in codes:
            assert ours(code)[0]["legal"]["url"] == notices[notice]["url"]


def test_the_first_quarter_asks_all_that_the_notice_asks(notices: dict[str, Any]) -> None:
    known = {
        "sector": "工业",
        "in_statistics": True,
        "is_dishonest": False,
        "quarter_output_fen": 3_000 * WAN,
        "quarter_output_before_fen": 1_000 * WAN,
        "has_own_agreement": False,
    }
    growth = ours("company.xm_gxj_2024q1_growth")[1]
    assert rule.evaluate(growth, known, ON).state == "met"
    for fact, other in (
        ("sector", "零售"),
        ("in_statistics", False),
        ("is_dishonest", True),
        ("quarter_output_fen", 3_000 * WAN - 1),
        ("has_own_agreement", True),
    ):
        assert rule.evaluate(growth, known | {fact: other}, ON).state == "not_met"


def test_huli_pays_processing_steadiness_and_software(notices: dict[str, Any]) -> None:
    _, processing, fixed, software = notices["XM-HULI-2025-30"]["items"]
    none = dict.fromkeys(
        ("rd_fen", "profit_fen", "wages_fen", "output_before_fen", "revenue_before_fen", "rd_before_fen")
        + ("profit_before_fen", "wages_before_fen"),
        0,
    )
    here: dict[str, Any] = {**none, "district": "湖里区", "sector": "工业"}
    taken = here | {"is_processing": True, "processing_years": processing["years_max"] - 1}
    for growth in (1_000 * WAN, 9_000_000 * WAN):
        expected = min(growth * processing["rate_permille"][0] // 1000, processing["cap_wan_per_year"] * WAN)
        assert paid("company.xm_huli_2025_30_processing", **taken | {"output_fen": growth}) == expected
        expected = min(growth * software["rate_permille_max"] // 1000, software["cap_wan_per_year"] * WAN)
        assert paid("company.xm_huli_2025_30_software", **here | {"sector": "软件", "revenue_fen": growth}) == expected
    full = taken | {"processing_years": processing["years_max"], "output_fen": WAN}
    assert rule.evaluate(ours("company.xm_huli_2025_30_processing")[1], full, ON).state == "not_met"
    steady = fixed["fixed_wan"] * WAN
    assert paid("company.xm_huli_2025_30_fixed", **here | {"revenue_fen": 0}) == steady
    assert paid("company.xm_huli_2025_30_fixed", **here | {"revenue_fen": 1}) == steady + fixed["extra_wan"] * WAN


def test_siming_pays_growth_manufacturing_and_new_retail(notices: dict[str, Any]) -> None:
    _, growth, manufacturing = notices["XM-SIMING-2021-scale"]["items"]
    known: dict[str, Any] = {"district": "思明区", "in_statistics": True, "first_statistics_on": date(2024, 5, 1)}
    known |= {"output_fen": 110 * WAN, "output_before_fen": 100 * WAN}
    assert paid("company.xm_siming_2021_growth", **known) == growth["award_wan"] * WAN
    known = {"district": "思明区", "industry_code": "1310", "first_statistics_on": date(2021, 5, 1)}
    assert paid("company.xm_siming_2021_manufacturing", **known) == manufacturing["award_wan"] * WAN
    new = notices["XM-SIMING-retail"]["items"][1]["rate_permille"]
    known = {"district": "思明区", "sector": "零售", "founded_on": date(2026, 1, 5)}
    known["first_statistics_on"] = date(2026, 3, 1)
    for sales, (*_, permille) in ((9_999 * WAN, new[0]), (10_000 * WAN, new[1])):
        assert paid("company.xm_siming_retail_new", retail_sales_fen=sales, **known) == sales * permille // 1000


def test_torch_pays_vouchers_providers_and_gazelles(notices: dict[str, Any]) -> None:
    _, _, provider, _, _, gazelle = notices["XM-TORCH-hq"]["items"]
    for is_sme, percent in ((False, 40), (True, 50)):
        known = {"in_torch_park": True, "is_tech_sme": is_sme, "contract_fen": 10 * WAN}
        assert paid("company.xm_torch_voucher", **known) == 10 * WAN * percent // 100
    assert "cap 40 万元" in provider["benefit"] and "20%" in provider["benefit"]
    for cashed, expected in ((100 * WAN, 20 * WAN), (900 * WAN, 40 * WAN)):
        assert paid("company.xm_torch_provider", is_voucher_provider=True, voucher_fen=cashed) == expected
    assert paid("company.xm_torch_gazelle", in_torch_park=True, is_gazelle=True) == gazelle["award_wan"] * WAN
