"""The generated city: the same for ever, plausible, well formed, handed over as said, and true to its own truth."""

import hashlib
import json
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from ludao.base import identifiers, masks
from ludao.base.errors import Problem
from ludao.base.sql.expression import expression
from ludao.blocks.identity import invented
from ludao.demo import departments
from ludao.demo.delivery.handing import DAYS, ENCODINGS
from ludao.demo.population import people, places
from ludao.demo.population.seeds import chance

SCALE = 0.004
AS_OF = np.datetime64(departments.AS_OF)
CONTRACTS = {contract["address"]: contract for contract in departments.contracts()}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    departments.generate(SCALE, 1, out)
    return out


@pytest.fixture(scope="module")
def crowd() -> people.People:
    return people.settle(chance(1, "people", 0), 60_000, 0, 0, 53, AS_OF)


def truth(city: Path, name: str) -> pa.Table:
    return pq.read_table(city / "truth" / f"{name}.parquet")


def rows_of(city: Path, address: str) -> list[dict[str, Any]]:
    """What was handed over, delivery after delivery, under the contract's names and as texts."""
    contract = CONTRACTS[address]
    way, (_, department, table) = contract["from"], address.split(".")
    if way["kind"] == "database":
        with sqlite3.connect(city / department / f"{department}.sqlite") as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(f"select * from {way['table']}")]
    pattern = way.get("pattern", f"{department}/{table}.jsonl")
    names = {alias: name for name, column in contract["columns"].items() for alias in (name, *column["aliases"])}
    return [{names.get(name, name): value for name, value in row.items()}
            for path in sorted(city.glob(pattern)) if "_resent" not in path.stem for row in _read(path, department)]


def _read(path: Path, department: str) -> list[dict[str, Any]]:
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [row.get("after", row) for row in rows]
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".xlsx":
        head, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        return [{name: value if value != "" else None for name, value in zip(head, row, strict=True)} for row in rows]
    first = "2025" in path.stem and len(path.stem.rpartition("_")[2]) == 4
    text = path.read_bytes().decode(ENCODINGS.get(department, "utf-8") if first else "utf-8")
    read = pa.csv.read_csv(
        pa.BufferReader(text.encode()), convert_options=pa.csv.ConvertOptions(
            column_types={name: pa.utf8() for name in text.partition("\n")[0].split(",")}, strings_can_be_null=True,
            null_values=[""], quoted_strings_can_be_null=False))
    return read.to_pylist()


def key_of(contract: dict[str, Any], row: dict[str, Any]) -> str:
    return "|".join(str(int(row[name]) if isinstance(row[name], float) else row[name]) for name in contract["key"])


# — contracts ———————————————————————————————————————————————————————————————————————————————————————————


def test_there_are_enough_tables_of_enough_departments() -> None:
    assert len(CONTRACTS) >= 20
    assert len({address.split(".")[1] for address in CONTRACTS}) >= 12
    assert {contract["from"]["kind"] for contract in CONTRACTS.values()} == {"folder", "database", "http", "stream"}


@pytest.mark.parametrize("address", CONTRACTS)
def test_a_contract_says_all_that_it_must(address: str) -> None:
    contract = CONTRACTS[address]
    columns = contract["columns"]
    assert {*contract["key"], contract["at"]} <= set(columns)
    for column in columns.values():
        assert column["zh"] and column["en"] and column["means"]
        assert column["type"] in {"text", "integer", "decimal", "number", "boolean", "date", "timestamp"}
        assert column["grade"] in {"public", "internal", "sensitive", "secret"}
        assert column.get("mask", "all") in masks.MASKS
    called = [alias for name, column in columns.items() for alias in {name, *column["aliases"]}]
    assert len(called) == len(set(called)), "two columns go by one name"


@pytest.mark.parametrize("address", CONTRACTS)
def test_a_contracts_rules_are_safe_expressions_over_its_columns(address: str) -> None:
    for rule in CONTRACTS[address]["rules"]:
        expression(rule["says"], list(CONTRACTS[address]["columns"])).sql("duckdb")
        assert rule["kind"] in {"completeness", "validity", "uniqueness", "timeliness", "consistency"}


# — the same for ever ————————————————————————————————————————————————————————————————————————————————————


def test_the_same_seed_gives_the_same_city(tmp_path: Path) -> None:
    def digests(seed: int, name: str) -> dict[str, str]:
        departments.generate(0.0005, seed, tmp_path / name)
        return {str(path.relative_to(tmp_path / name)): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in (tmp_path / name).rglob("*") if path.is_file()}

    one, again, other = digests(1, "one"), digests(1, "again"), digests(2, "other")
    assert one == again
    assert one["police/resident_2025.csv"] != other["police/resident_2025.csv"]


def test_another_day_makes_other_deliveries(tmp_path: Path) -> None:
    departments.generate(0.0002, 1, tmp_path, as_of=date(2024, 3, 15))
    assert (tmp_path / "police" / "resident_2023.csv").exists()
    assert max(truth(tmp_path, "person")["birth_on"].to_pylist()) <= date(2024, 3, 15)


# — plausible people —————————————————————————————————————————————————————————————————————————————————————


def test_ages_are_those_of_the_census_within_two_points(crowd: people.People) -> None:
    age = crowd.age(AS_OF)
    assert (age < 15).mean() == pytest.approx(0.171, abs=0.02)
    assert (age >= 60).mean() == pytest.approx(0.096, abs=0.02)
    assert crowd.is_male.mean() == pytest.approx(0.517, abs=0.02)


def test_districts_have_their_share_of_the_people(crowd: people.People) -> None:
    district = places.communities().district[crowd.community]
    total = sum(places.CENSUS.values())
    for code, count in places.CENSUS.items():
        assert (district == int(code[4:])).mean() == pytest.approx(count / total, abs=0.02)


def test_families_are_coherent(crowd: people.People) -> None:
    with_mother = np.flatnonzero(crowd.mother != people.NOBODY)
    mother = crowd.mother[with_mother]
    years = (crowd.born[with_mother] - crowd.born[mother]).astype(int) / 365.25
    assert years.min() > 16 and years.max() < 50
    assert not crowd.is_male[mother].any()
    assert (crowd.household[mother] == crowd.household[with_mother]).all()
    couple = np.flatnonzero(crowd.spouse != people.NOBODY)
    assert (crowd.spouse[crowd.spouse[couple]] == couple).all()
    assert (crowd.is_male[couple] != crowd.is_male[crowd.spouse[couple]]).all()


def test_names_are_those_of_fujian(crowd: people.People) -> None:
    first = Counter(name[0] for name in crowd.names.filter(pa.array(crowd.is_local)).to_pylist())
    assert [name for name, _ in first.most_common(2)] == ["陈", "林"]


# — well-formed numbers ——————————————————————————————————————————————————————————————————————————————————


def test_every_number_is_well_formed_and_nobodys(city: Path) -> None:
    person, company = truth(city, "person"), truth(city, "company")
    numbers = person["id_number"].to_pylist()
    assert len(set(numbers)) == len(numbers)
    for row in person.select(["id_number", "birth_on", "sex"]).to_pylist():
        read = identifiers.resident_id(row["id_number"])
        assert read.is_invented and read.born_on == row["birth_on"]
        assert read.sex == {"男": "male", "女": "female"}[row["sex"]]
    codes = company["credit_code"].to_pylist()
    assert len(set(codes)) == len(codes) and all(identifiers.credit_code(code).is_invented for code in codes)
    assert all(identifiers.is_invented(identifiers.mobile(phone)) for phone in person["phone"].to_pylist())


def test_parts_of_the_city_share_no_number() -> None:
    ids = [set(people.settle(chance(1, "people", part), 30_000, part * 30_000, part, 53, AS_OF).ids.to_pylist())
           for part in range(3)]
    assert len(ids[0] | ids[1] | ids[2]) == 90_000


# — handed over ——————————————————————————————————————————————————————————————————————————————————————————


@pytest.mark.parametrize("address", CONTRACTS)
def test_every_record_of_the_truth_is_handed_over(city: Path, address: str) -> None:
    contract, rows = CONTRACTS[address], rows_of(city, address)
    renamed = set() if address != "source.market.penalty" else {"罚没金额", "amount_fen"}
    assert rows and all(set(row) | renamed == set(contract["columns"]) | renamed for row in rows[:3] + rows[-3:])
    keys = {key_of(contract, row) for row in rows}
    for table in ("record", "company_record"):
        told = truth(city, table)
        assert set(told.filter(pc.equal(told["source"], address))["record_key"].to_pylist()) <= keys


def test_late_rows_come_after_newer_ones_and_repeated_rows_twice(city: Path) -> None:
    dirt = truth(city, "dirt")
    contract, rows = CONTRACTS["source.police.resident"], rows_of(city, "source.police.resident")
    told: dict[str, list[str]] = {}
    for row in rows:
        told.setdefault(key_of(contract, row), []).append(row["updated_at"])
    of = dirt.filter(pc.equal(dirt["source"], "source.police.resident"))
    late, twice = (of.filter(pc.equal(of["kind"], kind))["record_key"].to_pylist() for kind in ("late", "repeated"))
    assert late and all(told[key] == sorted(told[key], reverse=True) and len(set(told[key])) == 2 for key in late)
    assert twice and all(len(told[key]) == 2 and len(set(told[key])) == 1 for key in twice)


def test_a_department_sends_a_whole_file_again(city: Path) -> None:
    again = sorted(city.rglob("*_resent.*"))
    assert len(again) == 3
    assert all(path.read_bytes() == path.with_stem(path.stem.removesuffix("_resent")).read_bytes() for path in again)


def test_old_systems_write_their_own_encoding_and_days(city: Path) -> None:
    first = (city / "traffic" / "vehicle_2025.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        first.decode()
    assert "/" in first.decode("gb18030").splitlines()[1] and DAYS["traffic"] == "%Y/%m/%d"
    assert (city / "market" / "enterprise_2025.csv").read_bytes().startswith(b"\xef\xbb\xbf")


# — the dirt is where the truth says ——————————————————————————————————————————————————————————————————————


def test_the_dirt_stands_in_the_files_where_the_truth_says(city: Path) -> None:
    dirt, seen = truth(city, "dirt"), Counter[str]()
    for address, contract in CONTRACTS.items():
        # a changed row says its old telephone and address in its former version as well
        said: dict[str, list[dict[str, Any]]] = {}
        for row in rows_of(city, address):
            said.setdefault(key_of(contract, row), []).append(row)
        here = dirt.filter(pc.equal(dirt["source"], address)).to_pylist()
        for planted in here:
            if planted["kind"] in ("renamed_column", "late", "repeated"):
                continue
            values = {_text(row[planted["column"]]) for row in said[planted["record_key"]]}
            assert planted["dirty"] in values, planted
            assert planted["dirty"] != planted["clean"]
            seen[planted["kind"]] += 1
    assert {"typo_name", "swapped", "old_address", "missing_id", "invalid_id", "full_width", "blanks", "wrong_birth",
            "future_birth", "wrong_type", "missing_code", "invalid_code", "typo_company", "short_company"} <= set(seen)


def _text(value: Any) -> str | None:
    if hasattr(value, "isoformat"):
        return str(value.isoformat()[:10])
    text = None if value is None else str(value)
    if text and len(text) == 10 and text[4] == "/":
        return text.replace("/", "-")
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text and len(text) == 8 and text.isdigit() else text


def test_invalid_numbers_are_refused_and_misspelt_ones_understood(city: Path) -> None:
    dirt = truth(city, "dirt")

    def of(kind: str) -> list[dict[str, Any]]:
        return dirt.filter(pc.equal(dirt["kind"], kind)).to_pylist()

    for row in of("invalid_id"):
        with pytest.raises(Problem):
            identifiers.resident_id(row["dirty"])
    for row in of("invalid_code"):
        with pytest.raises(Problem):
            identifiers.credit_code(row["dirty"])
    for row in of("full_width") + of("small_x"):
        assert identifiers.resident_id(row["dirty"]).number == row["clean"]


# — the cast ———————————————————————————————————————————————————————————————————————————————————————————


def test_li_lei_has_a_rich_file_under_his_accounts_number(city: Path) -> None:
    number = invented.numbers(0, "1990-04-12", "male")[1]
    person = truth(city, "person")
    at = person["id_number"].to_pylist().index(number)
    assert person["name"][at].as_py() == "李雷"
    records = truth(city, "record")
    mine = set(records.filter(pc.equal(records["person"], person["person"][at]))["source"].to_pylist())
    assert mine >= {f"source.{table}" for table in (
        "police.resident", "police.household", "health.birth", "social.insurance", "medical.insured", "civil.marriage",
        "fund.account", "tax.income", "traffic.vehicle", "traffic.driver", "land.property", "hotline.call")}
    father = records.filter(pc.equal(records["person"], person["father"][at]))["source"].to_pylist()
    assert {"source.civil.elderly", "source.disabled.certificate"} <= set(father)


def test_han_meimeis_shop_is_registered_licensed_and_in_band_a(city: Path) -> None:
    code = invented.shop_code()
    shop = next(row for row in rows_of(city, "source.market.enterprise") if row["credit_code"] == code)
    assert shop["name"] == invented.SHOP[0] and shop["legal_person_name"] == "韩梅梅" and shop["status"] == "存续"
    for address in ("source.tax.taxpayer", "source.market.licence", "source.tax.payment"):
        assert any(row["credit_code"] == code for row in rows_of(city, address))
    assert {row["band"] for row in rows_of(city, "source.tax.taxpayer") if row["credit_code"] == code} == {"A"}
    staff = [row for row in rows_of(city, "source.social.insurance") if row["credit_code"] == code]
    assert len(staff) >= 5


def test_the_records_of_a_man_disagree(city: Path) -> None:
    dirt = {(row["source"], row["kind"]): row for row in truth(city, "dirt").to_pylist()
            if row["clean"] == "1976-08-19" or "disabled" in row["source"]}
    assert dirt["source.medical.insured", "wrong_birth"]["dirty"] != "1976-08-19"
    assert dirt["source.disabled.certificate", "old_address"]["dirty"]
