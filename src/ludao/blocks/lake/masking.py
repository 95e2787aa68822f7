"""The masks of the house as SQL of DuckDB, so that a masked column never leaves the engine unmasked.

`ludao.base.masks` says what each of them means; a test holds the two against one another.
"""

from collections.abc import Callable

from ludao.base.errors import Problem
from ludao.base.masks import HIDDEN, MASKS
from ludao.base.text import t

SPACE = r"\s\x0b\x1c-\x1f\x{85}\pZ"


def masked(mask: str, value: str) -> str:
    """SQL for what is left of the text `value`, itself SQL."""
    if mask not in MASKS:
        raise Problem(t(f"没有脱敏方式 {mask}", f"There is no mask {mask}"), field="mask")
    bare = rf"regexp_replace({value}, '^[{SPACE}]+|[{SPACE}]+$', '', 'g')"
    return f"(case when {value} is null then null when {bare} = '' then '' else {_SQL[mask](bare)} end)"


def _ends(first: int, last: int, form: str) -> Callable[[str], str]:
    def hide(value: str) -> str:
        compact = rf"regexp_replace({value}, '[{SPACE}-]', '', 'g')"
        return (f"case when regexp_full_match({compact}, '{form}') then left({compact}, {first})"
                f" || repeat('*', length({compact}) - {first + last}) || right({compact}, {last})"
                f" else '{HIDDEN}' end")

    return hide


def _name(value: str) -> str:
    words = f"string_split_regex({value}, '[{SPACE}]+')"
    hidden = "lambda w: case when length(w) > 1 then left(w, 1) || '***' else '*' end"
    return (rf"case when regexp_full_match({value}, '[\x00-\x7f]*')"
            f" then array_to_string(list_transform({words}, {hidden}), ' ')"
            f" else case when length({value}) > 1 then left({value}, 1) else '' end"
            f" || repeat('*', greatest(length({value}) - 1, 1)) end")


_PART = rf"[^{SPACE}\p{{Nd}}路街道号巷弄村里]"
_PLACE = (rf"^(?:{_PART}{{2,8}}?(?:省|自治区|特别行政区))?(?:{_PART}{{2,8}}?(?:市|自治州|地区|盟))?"
          rf"(?:{_PART}{{1,8}}?[区县旗市])?")


def _address(value: str) -> str:
    place = f"regexp_extract({value}, '{_PLACE}')"
    return f"case when length({place}) * 2 <= length({value}) then {place} else '' end || '{HIDDEN}'"


def _email(value: str) -> str:
    name, domain = (f"regexp_extract({value}, '(?s)^(.+)@([^@]+)$', {group})" for group in (1, 2))
    return (f"case when {name} = '' then '{HIDDEN}' else case when length({name}) > 1 then left({name}, 1) else ''"
            f" end || '***@' || {domain} end")


_SQL: dict[str, Callable[[str], str]] = {
    "id_number": _ends(4, 4, r"[0-9]{17}[0-9Xx]"),
    "credit_code": _ends(4, 4, r"[0-9A-Za-z]{18}"),
    "phone": _ends(3, 4, r"1[0-9]{10}"),
    "landline": _ends(0, 4, r"[0-9]{8,12}"),
    "bank_card": _ends(4, 4, r"[0-9]{16,19}"),
    "passport": _ends(1, 2, r"[0-9A-Za-z]{7,9}"),
    "plate": _ends(2, 1, r"[\x{4e00}-\x{9fff}][A-Z][·.]?[0-9A-Za-z]{5,6}"),
    "name": _name,
    "address": _address,
    "email": _email,
    "all": lambda value: f"'{HIDDEN}'",
}
