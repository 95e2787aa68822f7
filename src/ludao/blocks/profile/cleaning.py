"""Cleaning in SQL: one form for each kind of value, however it was typed. An empty value becomes NULL."""

from collections.abc import Callable

FULL = "".join(chr(c) for c in range(0xFF01, 0xFF5F)) + "\u3000"
HALF = "".join(chr(c) for c in range(0x21, 0x7F)) + " "
WIDE = "[\uff01-\uff5e\u3000]"
DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Clean = Callable[[str], str]


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def half(x: str) -> str:
    """Full width to half width. The engine reads the two lists anew for each row: where there is nothing to change it
    is not asked."""
    return f"case when regexp_matches({x}, '{WIDE}') then translate({x}, {literal(FULL)}, {literal(HALF)}) else {x} end"


def bare(x: str) -> str:
    """Half width, no blanks."""
    return f"regexp_replace({half(x)}, '\\s+', '', 'g')"


def _filled(x: str) -> str:
    return f"nullif({x}, '')"


def resident_id(x: str) -> str:
    """18 characters where it can be: an old number of 15 gets its century and its check digit."""
    plain = f"regexp_replace(upper({half(x)}), '[^0-9X]', '', 'g')"
    return f"case when length({plain}) = 15 then {_eighteen(plain)} else {_filled(plain)} end"


def _eighteen(x: str) -> str:
    first = f"(substr({x}, 1, 6) || '19' || substr({x}, 7))"
    return f"{first} || {_id_check(first)}"


def _digit(x: str, at: int, digits: str = "") -> str:
    if digits:
        return f"(strpos({literal(digits)}, substr({x}, {at}, 1)) - 1)"
    return f"(ascii(substr({x}, {at}, 1)) - 48)"


def _id_check(x: str) -> str:
    """ISO 7064 MOD 11-2 of the first 17."""
    total = " + ".join(f"{_digit(x, n + 1)} * {2 ** (17 - n) % 11}" for n in range(17))
    return f"substr('10X98765432', ({total}) % 11 + 1, 1)"


def is_resident_id(x: str) -> str:
    """Form, birth date and check digit all fit."""
    day = f"try_cast(substr({x}, 7, 4) || '-' || substr({x}, 11, 2) || '-' || substr({x}, 13, 2) as date)"
    return (f"coalesce(regexp_full_match({x}, '[1-9][0-9]{{16}}[0-9X]') and {day} is not null"
            f" and {_id_check(x)} = substr({x}, 18, 1), false)")


def credit_code(x: str) -> str:
    return _filled(f"regexp_replace(upper({half(x)}), '[^0-9A-Z]', '', 'g')")


def is_credit_code(x: str) -> str:
    """GB 32100, with the organisation code of GB 11714 inside."""
    outer = " + ".join(f"{_digit(x, n + 1, DIGITS)} * {3 ** n % 31}" for n in range(17))
    inner = " + ".join(f"{_digit(x, n + 9, LETTERS)} * {w}" for n, w in enumerate((3, 7, 9, 10, 5, 8, 4, 2)))
    check = f"substr({literal(DIGITS)}, (31 - ({outer}) % 31) % 31 + 1, 1)"
    own = f"substr('0X987654321', ({inner}) % 11 + 1, 1)"
    return (f"coalesce(regexp_full_match({x}, '[{DIGITS}]{{2}}[0-9]{{6}}[{DIGITS}]{{10}}')"
            f" and {check} = substr({x}, 18, 1) and {own} = substr({x}, 17, 1), false)")


def person_name(x: str) -> str:
    """No blanks between Chinese characters, one kind of dot, no note in brackets; of 陈先生 the surname."""
    plain = f"regexp_replace({bare(x)}, '[（(【\\[].*$|(先生|女士|小姐)$', '')"
    return _filled(f"upper(translate({plain}, '•．.・‧∙', '······'))")


def company_name(x: str) -> str:
    """厦门市思明区X贸易有限公司 and 厦门X贸易公司 come to the same: place words and legal forms fall away."""
    plain = f"translate({bare(x)}, '（）()【】[]“”\"', '')"
    forms = "(股份有限公司|有限责任公司|有限公司|股份公司|公司|\\(有限合伙\\)|有限合伙)"
    placed = "^(福建省)?(厦门市|厦门)?((思明|海沧|湖里|集美|同安|翔安)区)?(市)?"
    return _filled(f"upper(regexp_replace(regexp_replace({plain}, '{forms}', '', 'g'), '{placed}', ''))")


def sex(x: str) -> str:
    """GB/T 2261.1: 男, 女."""
    plain = f"lower({bare(x)})"
    return (f"case when {plain} in ('男', '男性', '1', 'm', 'male') then '男'"
            f" when {plain} in ('女', '女性', '2', 'f', 'female') then '女' end")


def day(x: str) -> str:
    """A date, from one or from digits."""
    digits = f"regexp_replace({x}::varchar, '[^0-9]', '', 'g')"
    return f"try_cast(substr({digits}, 1, 4) || '-' || substr({digits}, 5, 2) || '-' || substr({digits}, 7, 2) as date)"


def phone(x: str) -> str:
    """Digits without the country's code; what is too short or one digit over and over is no number."""
    digits = f"regexp_replace(regexp_replace({half(x)}, '[^0-9]', '', 'g'), '^(0086|86|0)(1[0-9]{{10}})$', '\\2')"
    return (f"case when length({digits}) >= 7 and replace(substr({digits}, 2), substr({digits}, 4, 1), '') <> ''"
            f" then {digits} end")


def address(x: str) -> str:
    """The last words before the first number, and all numbers: 中山路|123-2-301, however province, city, district
    and 号楼/栋/幢 are written. Without a number it is no place to compare."""
    plain = bare(x)
    road = f"regexp_extract({plain}, '([^0-9省市区县镇号,，()（）]{{1,4}})[^0-9A-Za-z]?[0-9]', 1)"
    numbers = f"array_to_string(regexp_extract_all({plain}, '[0-9]+'), '-')"
    return f"case when regexp_matches({plain}, '[0-9]') then {road} || '|' || {numbers} end"


def text(x: str) -> str:
    return _filled(bare(f"{x}::varchar"))


def word(x: str) -> str:
    """Latin words: lower case, letters and digits only, one blank between."""
    plain = f"regexp_replace(lower({half(f'{x}::varchar')}), '[^0-9a-z]+', ' ', 'g')"
    return _filled(f"trim({plain})")


def number(x: str) -> str:
    return _filled(f"regexp_replace({half(f'{x}::varchar')}, '[^0-9]', '', 'g')")


def raw(x: str) -> str:
    return x


KINDS: dict[str, Clean] = {
    "resident_id": resident_id, "credit_code": credit_code, "person_name": person_name, "company_name": company_name,
    "sex": sex, "day": day, "phone": phone, "address": address, "text": text, "word": word, "number": number,
    "raw": raw,
}
VALID: dict[str, Clean] = {"resident_id": is_resident_id, "credit_code": is_credit_code}
TYPES = {"day": "date", "raw": "varchar"}


def kind_of(kind: str) -> str:
    """DuckDB's type of a cleaned value."""
    return TYPES.get(kind, "varchar")
