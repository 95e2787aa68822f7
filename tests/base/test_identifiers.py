"""Numbers that name people and enterprises: the standards' examples, and algebra of check digits."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import numdb
from stdnum.cn import ric, uscc

from ludao.base import identifiers
from ludao.base.errors import Problem

SEEDS = st.integers(0, 2**32).map(Random)
BIRTHS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
SEXES = st.sampled_from(["male", "female"])


@pytest.mark.parametrize(
    ("number", "born_on", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), "female"),  # the examples of GB 11643-1999
        ("440524188001010014", date(1880, 1, 1), "male"),
        (" １１０１０５ 19491231 002x ", date(1949, 12, 31), "female"),
    ],
)
def test_the_standards_own_resident_ids(number: str, born_on: date, sex: str) -> None:
    read = identifiers.resident_id(number)
    assert (read.born_on, read.sex, read.is_invented) == (born_on, sex, False)
    assert len(read.number) == 18 and read.area == read.number[:6]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("", "18位"),
        ("11010519491231002", "18位"),
        ("11010519491231X02X", "18位"),
        ("010105194912310020", "18位"),
        ("110105194913310028", "出生日期"),
        ("110105190002290026", "出生日期"),
        ("110105179912310021", "出生日期"),
        ("110105194912310021", "校验码"),
    ],
)
def test_a_wrong_resident_id_says_what_is_wrong(number: str, words: str) -> None:
    with pytest.raises(Problem, match=words) as caught:
        identifiers.resident_id(number, field="id_number")
    assert caught.value.field == "id_number"


def test_nobody_is_born_later_than_today() -> None:
    number = identifiers.invent_resident_id(Random(1), date(2030, 1, 1))
    assert identifiers.resident_id(number).born_on == date(2030, 1, 1)
    with pytest.raises(Problem, match="出生日期"):
        identifiers.resident_id(number, as_of=date(2022, 6, 30))


@given(SEEDS, BIRTHS, SEXES, st.sampled_from(["03", "05", "06", "11", "12", "13"]))
def test_an_invented_person_reads_back_and_is_nobody(random: Random, born_on: date, sex: str, district: str) -> None:
    number = identifiers.invent_resident_id(random, born_on, sex, district)
    read = identifiers.resident_id(number)
    assert (read.born_on, read.sex, read.area) == (born_on, sex, "3599" + district)
    assert read.is_invented and identifiers.is_invented(number)
    assert number[14:17] != "000"


@given(SEEDS, BIRTHS, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(random: Random, born_on: date, place: int, shift: int) -> None:
    number = identifiers.invent_resident_id(random, born_on)
    if number[place] == "X":
        wrong = number[:17] + str(shift)
    else:
        wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Problem):
        identifiers.resident_id(wrong)


@given(SEEDS, BIRTHS, st.integers(0, 16))
def test_two_exchanged_digits_are_always_found(random: Random, born_on: date, place: int) -> None:
    number = identifiers.invent_resident_id(random, born_on)
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong == number:
        return
    with pytest.raises(Problem):
        identifiers.resident_id(wrong)


def test_ages_are_full_years() -> None:
    leap = identifiers.resident_id(identifiers.invent_resident_id(Random(1), date(2004, 2, 29)))
    assert [leap.age_on(day) for day in (date(2022, 2, 28), date(2022, 3, 1), date(2024, 2, 29))] == [
        17,
        18,
        20,
    ]


@pytest.mark.parametrize("code", ["91110000600037341L", "91110000100010433L"])
def test_credit_codes_in_use(code: str) -> None:
    """The first is python-stdnum's example, the second a state company's."""
    assert identifiers.credit_code(f" {code.lower()} ").area == "110000"
    assert not identifiers.is_invented(code)


@pytest.mark.parametrize(
    "code", ["", "91110000600037342L", "91110000600037341M", "I1110000600037341L", "9111000A600037341L"]
)
def test_a_wrong_credit_code_is_refused(code: str) -> None:
    with pytest.raises(Problem, match="统一社会信用代码") as caught:
        identifiers.credit_code(code, field="code")
    assert caught.value.field == "code"


@given(SEEDS, BIRTHS, SEXES)
def test_check_digits_agree_with_another_library(random: Random, born_on: date, sex: str) -> None:
    number, code = (
        identifiers.invent_resident_id(random, born_on, sex),
        identifiers.invent_credit_code(random),
    )
    assert ric.calc_check_digit(number) == number[17]
    assert uscc.validate(code) == code


def test_the_area_code_of_invented_people_was_never_issued() -> None:
    places = numdb.get("cn/loc")  # every county code since 1983
    for district in ("03", "05", "06", "11", "12", "13"):
        assert any("county" in found for _, found in places.info(f"3502{district}"))
        assert not any("county" in found for _, found in places.info(f"3599{district}"))


@given(SEEDS, st.sampled_from("159ANY"), st.sampled_from("1239"))
def test_an_invented_enterprise_reads_back_and_is_nobodys(random: Random, registrar: str, kind: str) -> None:
    code = identifiers.invent_credit_code(random, registrar, kind)
    read = identifiers.credit_code(code)
    assert (read.registrar, read.kind, read.area) == (registrar, kind, "359903")
    assert read.organisation_code == code[8:17]
    assert read.is_invented and identifiers.is_invented(code)


@given(SEEDS, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_sign_in_a_credit_code_is_found(random: Random, place: int, sign: str) -> None:
    code = identifiers.invent_credit_code(random)
    wrong = code[:place] + sign + code[place + 1 :]
    if wrong == code:
        return
    with pytest.raises(Problem):
        identifiers.credit_code(wrong)


@pytest.mark.parametrize("text", ["13860001234", "+86 138-6000-1234", "0086 13860001234", " １３８６０００１２３４ "])
def test_mobile_numbers_as_people_write_them(text: str) -> None:
    assert identifiers.mobile(text) == "13860001234"
    assert not identifiers.is_invented("13860001234")


@pytest.mark.parametrize("text", ["", "12860001234", "1386000123", "138600012345", "0592-2345678", "abc"])
def test_what_is_no_mobile_number(text: str) -> None:
    with pytest.raises(Problem, match="11位"):
        identifiers.mobile(text, field="phone")


@given(SEEDS)
def test_an_invented_mobile_is_well_formed_and_nobodys(random: Random) -> None:
    number = identifiers.invent_mobile(random)
    assert identifiers.mobile(number) == number and identifiers.is_invented(number)


def test_invented_people_are_the_same_for_the_same_seed() -> None:
    def one() -> str:
        random = Random(2022)
        born_on = identifiers.invent_birth_date(random, date(1930, 1, 1), date(2022, 1, 1))
        return identifiers.invent_resident_id(random, born_on)

    assert one() == one()


@given(st.text("0123456789", min_size=14, max_size=18))
def test_a_bank_card_is_checked_by_its_last_digit(body: str) -> None:
    from stdnum import luhn

    number = body + luhn.calc_check_digit(body)
    assert identifiers.bank_card(f"{number[:4]} {number[4:]}") == number
    with pytest.raises(Problem):
        identifiers.bank_card(body + str((int(number[-1]) + 1) % 10))
