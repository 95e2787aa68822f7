"""What may be shown of a personal value to those who need not know it: one mask for each kind.

At least four characters of a number stay hidden, and a value of another form than expected is hidden whole.
"""

import re
from collections.abc import Callable

HIDDEN = "****"
_PART = r"[^\s\d路街道号巷弄村里]"
_PLACE = re.compile(
    rf"(?:{_PART}{{2,8}}?(?:省|自治区|特别行政区))?(?:{_PART}{{2,8}}?(?:市|自治州|地区|盟))?(?:{_PART}{{1,8}}?[区县旗市])?"
)


def mask(kind: str, value: str) -> str:
    """`mask("phone", "15400001234")` → "154****1234"; nothing stays nothing; an unknown kind is an error."""
    if kind not in MASKS:
        raise KeyError(f"no mask {kind!r}; there are: {', '.join(sorted(MASKS))}")
    value = value.strip()
    return MASKS[kind](value) if value else ""


def _ends(first: int, last: int, form: str) -> Callable[[str], str]:
    """Keep some characters at both ends of a value of this form."""

    def hide(value: str) -> str:
        compact = re.sub(r"[\s-]", "", value)
        if not re.fullmatch(form, compact, re.ASCII):
            return HIDDEN
        return compact[:first] + "*" * (len(compact) - first - last) + compact[len(compact) - last :]

    return hide


def _name(value: str) -> str:
    """李雷 → 李*, 欧阳娜娜 → 欧***, John Smith → J*** S***."""
    if value.isascii():
        return " ".join(word[0] + "***" if len(word) > 1 else "*" for word in value.split())
    return value[0] + "*" * (len(value) - 1) if len(value) > 1 else "*"


def _address(value: str) -> str:
    """Down to the district, and no further."""
    found = _PLACE.match(value)
    place = found.group() if found else ""
    return (place if len(place) <= len(value) / 2 else "") + HIDDEN


def _email(value: str) -> str:
    name, at, domain = value.rpartition("@")
    return f"{name[0] if len(name) > 1 else ''}***@{domain}" if at and name and domain else HIDDEN


def _all(value: str) -> str:
    return HIDDEN


MASKS: dict[str, Callable[[str], str]] = {
    "id_number": _ends(4, 4, r"\d{17}[\dXx]"),
    "credit_code": _ends(4, 4, r"[0-9A-Za-z]{18}"),
    "phone": _ends(3, 4, r"1\d{10}"),
    "landline": _ends(0, 4, r"\d{8,12}"),
    "bank_card": _ends(4, 4, r"\d{16,19}"),
    "passport": _ends(1, 2, r"[0-9A-Za-z]{7,9}"),
    "plate": _ends(2, 1, r"[\u4e00-\u9fff][A-Z][·.]?[0-9A-Za-z]{5,6}"),
    "name": _name,
    "address": _address,
    "email": _email,
    "all": _all,
}
