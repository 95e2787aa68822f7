"""What may be shown of personal values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ludao.base.masks import HIDDEN, MASKS, mask


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("id_number", "35990319900101123X", "3599**********123X"),
        ("id_number", "3502", HIDDEN),
        ("phone", "15400001234", "154****1234"),
        ("phone", "154 0000 1234", "154****1234"),
        ("landline", "0592-2345678", "*******5678"),
        ("bank_card", "6222 0000 0000 0000 123", "6222***********0123"),
        ("name", "李雷", "李*"),
        ("name", "欧阳娜娜", "欧***"),
        ("name", "李", "*"),
        ("name", "John Smith", "J*** S***"),
        ("address", "福建省厦门市思明区湖滨南路100号302室", "福建省厦门市思明区" + HIDDEN),
        ("address", "思明区软件园二期", "思明区" + HIDDEN),
        ("address", "湖滨路1号夜市302室二楼", HIDDEN),
        ("address", "厦门市", HIDDEN),
        ("email", "lilei@example.org", "l***@example.org"),
        ("email", "l@example.org", "***@example.org"),
        ("email", "lilei", HIDDEN),
        ("plate", "闽D12345", "闽D****5"),
        ("credit_code", "91359903MA00000001", "9135**********0001"),
        ("all", "anything", HIDDEN),
    ],
)
def test_masks(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@pytest.mark.parametrize("kind", sorted(MASKS))
def test_nothing_stays_nothing(kind: str) -> None:
    assert mask(kind, "") == mask(kind, "  ") == ""


def test_an_unknown_kind_is_an_error_that_names_the_kinds() -> None:
    with pytest.raises(KeyError, match="id_number"):
        mask("identity", "35990319900101123X")


@given(st.sampled_from(sorted(MASKS)), st.text(min_size=1))
def test_no_mask_shows_the_whole(kind: str, value: str) -> None:
    assert not value.strip() or "*" in mask(kind, value)
    assert not value.strip() or mask(kind, value) != value or set(value) <= {"*"}


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_an_id_number_hides_birth_date(number: str) -> None:
    shown = mask("id_number", number)
    assert len(shown) == 18 and shown[4:14] == "*" * 10


@given(st.text(alphabet="福建省厦门市思明区湖滨路号室0123456789", min_size=1, max_size=30))
def test_an_address_shows_neither_house_nor_digit(value: str) -> None:
    shown = mask("address", value)
    assert not any(sign.isdigit() for sign in shown)
    assert "路" not in shown and "号" not in shown
