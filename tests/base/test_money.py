"""Money in integer fen: nothing is lost on the way in, out, or between shares."""

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from ludao.base import money
from ludao.base.errors import Problem

AMOUNTS = st.integers(-money.LARGEST_FEN, money.LARGEST_FEN) | st.integers(-2_000_000, 2_000_000)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.34", 1234),
        ("1,234.50元", 123450),
        ("￥１２．３", 1230),
        ("-¥0.01", -1),
        ("¥-5", -500),
        ("人民币 100 元整", 10000),
        ("3万", 3_000_000),
        ("1.5亿元", 15_000_000_000),
        ("0.000001万", 1),
        ("50亿", 500_000_000_000),
        ("2千万元", 2_000_000_000),
        ("12.340000", 1234),
        ("壹仟贰佰叁拾肆元伍角整", 123450),
        ("人民币壹拾万零柒仟元伍角叁分", 10700053),
    ],
)
def test_amounts_as_people_write_them(text: str, fen: int) -> None:
    assert money.parse(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "12.345",
        "0.0000001万",
        "1,23",
        "12,34.5",
        "1.2.3",
        "abc",
        "--1",
        "-¥-1",
        "1e5",
        "NaN",
        "3百十",
        "9" * 30,
        "9" * 500,
    ]
    + [
        "角",
        "整",
        "1,2345",
        "12.",
        ".5",
        "10元5",
        "壹元贰元",
        "拾万亿亿亿分",
        "壹贰元整",
        "拾元整",
        "壹万贰万元",
        "壹拾贰叁元伍分",
        "10000000000000000",
    ],
)
def test_what_is_no_amount_is_refused_in_words(text: str) -> None:
    with pytest.raises(Problem) as caught:
        money.parse(text, field="amount")
    assert caught.value.field == "amount"
    assert str(caught.value)


def test_the_refusal_speaks_both_languages() -> None:
    with pytest.raises(Problem) as caught:
        money.parse("12.345")
    assert "两位小数" in str(caught.value)
    with translation.override("en"):
        assert "two decimals" in str(caught.value)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (123450, "壹仟贰佰叁拾肆元伍角整"),
        # the examples of the rule itself, first form where it allows two
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (1000, "壹拾元整"),
        (10_000_500, "壹拾万零伍元整"),
        (10_000_100_000, "壹亿零壹仟元整"),
        (10**14, "壹万亿元整"),
        (-100, "负壹元整"),
    ],
)
def test_capitals(fen: int, words: str) -> None:
    assert money.capital(fen) == words


@given(AMOUNTS)
def test_what_is_shown_reads_back(fen: int) -> None:
    assert money.parse(money.show(fen)) == fen
    assert money.parse(money.show(fen, symbol="") + "元") == fen


@given(AMOUNTS)
def test_capitals_read_back_and_differ(fen: int) -> None:
    words = money.capital(fen)
    assert money.parse(words) == fen
    assert "零零" not in words


@given(AMOUNTS, st.integers(1, 300))
def test_equal_shares_lose_nothing(fen: int, parts: int) -> None:
    shares = money.split(fen, parts)
    assert len(shares) == parts and sum(shares) == fen
    assert max(shares) - min(shares) <= 1


@given(AMOUNTS, st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_weighted_shares_lose_nothing(fen: int, weights: list[int]) -> None:
    assume(sum(weights))
    shares = money.split_by(fen, weights)
    assert sum(shares) == fen
    assert all(
        abs(share * sum(weights) - fen * weight) < sum(weights) for share, weight in zip(shares, weights, strict=True)
    )
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)


@given(st.text(max_size=30) | st.from_regex(r"[-¥0-9.,万亿元零壹贰拾佰仟角分整]{0,20}", fullmatch=True))
def test_any_text_is_an_amount_or_a_problem(text: str) -> None:
    try:
        fen = money.parse(text)
    except Problem:
        return
    assert abs(fen) <= money.LARGEST_FEN


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_shares_need_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights|empty"):
        money.split_by(100, weights)
