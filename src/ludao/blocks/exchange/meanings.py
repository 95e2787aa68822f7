"""What makes a value valid by what it means, as SQL over a whole column: check digits, shapes, day numbers.

Resident id: GB 11643-1999. Unified social credit code: GB 32100-2015 with GB 11714. The same rules for one value
stand in `base.identifiers`; a test holds the two against each other.
"""

from ludao.blocks.exchange.contract import SQL, Column

CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = [3**n % 31 for n in range(17)]
ORG_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
NAMED = ("id_number", "credit_code", "phone", "area_code")
NOTHING = ("NULL", "null", "\\N", "N/A", "None")


def narrow(value: str) -> str:
    """Full-width letters and digits as ASCII. The engine reads the two lists anew for each row: where there is nothing
    to change it is not asked."""
    changed = f"translate({value}, {_text(WIDE)}, {_text(NARROW)})"
    return f"case when strlen({value}) = length({value}) then {value} else {changed} end"


def says_nothing(value: str) -> str:
    """Whether a text is a word that systems write where nothing is known. Not as `in (…)`, of which the engine makes
    a join of all rows for every column."""
    return f"contains({_text('|' + '|'.join(NOTHING) + '|')}, '|' || {value} || '|')"


def given(raw: str) -> str:
    """The text without blanks around; nothing when nothing is said."""
    return f"nullif(trim({raw}), '')"


def typed(column: Column, raw: str) -> str:
    """A text, as it came, in the column's type, or NULL when it cannot be. The usual form first, which needs no
    trimming; others only where that fails."""
    if column.type == "text":
        return _plain(column, raw)
    kind = SQL[column.type]
    slow = narrow(given(raw))
    other = {
        "integer": f"try_cast(replace({slow}, ',', '') as bigint)",
        "decimal": f"try_cast(replace({slow}, ',', '') as {kind})",
        "number": f"try_cast(replace({slow}, ',', '') as double)",
        "boolean": f"case when {slow} in ('是', '有', '真', 'Y', 'y', '√') then true"
        f" when {slow} in ('否', '无', '假', 'N', 'n', '×') then false end",
        "date": _day(slow),
        "timestamp": f"coalesce(try_cast({slow} as timestamptz), {_moment(slow)}::timestamptz)",
    }[column.type]
    first = f"try_cast({raw} as {kind})"
    if column.type == "timestamp":
        first = f"coalesce({_local(raw)}, {first})"
    if column.type == "integer":  # 12.7 would be rounded
        first = f"case when contains({raw}, '.') and try_cast({raw} as double) % 1 <> 0 then null else {first} end"
        other = f"case when contains({slow}, '.') then null else {other} end"
    return f"coalesce({first}, case when {raw} is not null then {other} end)"


def _plain(column: Column, raw: str) -> str:
    if column.means not in NAMED:
        return f"case when {_is_tight(raw)} then {raw} else {given(raw)} end"
    usual = f"upper({raw})" if column.means in ("id_number", "credit_code") else raw
    return (
        f"case when {_is_tight(raw)} then {usual}"
        f" else nullif(upper(regexp_replace({narrow(given(raw))}, '\\s', '', 'g')), '') end"
    )


def _is_tight(raw: str) -> str:
    """Plain ASCII without a blank: there is nothing to trim, which takes longer than to see it."""
    return f"{raw} <> '' and strlen({raw}) = length({raw}) and not contains({raw}, ' ')"


def _day(text: str) -> str:
    """2022年6月30日, 20220630, 2022.6.30, and Excel's serial number of days since 1899-12-30."""
    formats = "['%Y年%m月%d日', '%Y.%m.%d', '%Y年%m月', '%Y%m%d', '%d/%m/%Y']"
    serial = f"try_cast({text} as double)"
    return (
        f"case when length({text}) <= 7 and {serial} between 1 and 80000"
        f" then date '1899-12-30' + floor({serial})::integer"
        f" else try_strptime({text}, {formats})::date end"
    )


def _local(raw: str) -> str:
    """2022-06-30 08:00:00 as a moment of Shanghai, eight hours before UTC since 1992 (until 1991 there were summers):
    asking the calendar for every row takes longer than all else of it."""
    return (
        f"case when strlen({raw}) = 19 and {raw} >= '1992' and substr({raw}, 17, 1) = ':' and not suffix({raw}, 'Z')"
        f" then make_timestamptz(epoch_us(try_cast({raw} as timestamp)) - 28800000000) end"
    )


def _moment(text: str) -> str:
    formats = (
        "['%Y年%m月%d日 %H:%M:%S', '%Y年%m月%d日 %H时%M分', '%Y%m%d%H%M%S', '%Y%m%d %H:%M:%S', '%Y年%m月%d日',"
        " '%Y.%m.%d %H:%M:%S', '%Y%m%d']"
    )
    serial = f"try_cast({text} as double)"
    return (
        f"case when {serial} between 1 and 80000"
        f" then timestamp '1899-12-30' + to_seconds(round({serial} * 86400))"
        f" else try_strptime({text}, {formats}) end"
    )


def number_in(column: Column, value: str) -> str:
    """The whole number that a check of this meaning calculates with, taken out once; "" when none is needed."""
    match column.means:
        case "id_number":
            return f"try_cast(left({value}, 17) as bigint)"
        case "phone" | "area_code":
            return f"try_cast({value} as bigint)"
    return ""


def invalid(column: Column, value: str, number: str = "") -> str:
    """Whether a value that is there is not what the column means; "" when its meaning asks nothing. `number`: where
    the value's whole number stands."""
    number = number or number_in(column, value)
    match column.means:
        case "id_number":
            return f"not coalesce({id_number(value, number)}, false)"
        case "credit_code":
            return f"not coalesce({credit_code(value)}, false)"
        case "phone":
            shape = (
                r"(\+?86)?1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?|[0-9]{7,8}|1[0-9]{4}"
                r"|[48]00-?[0-9]{3}-?[0-9]{4}"
            )
            return (
                f"case when {number} between 13000000000 and 19999999999 and strlen({value}) = 11 then false"
                f" else not regexp_full_match({value}, '{shape}') end"
            )
        case "area_code":
            return (
                f"not coalesce(case strlen({value}) when 6 then {number} >= {10**5} when 9 then {number} >= {10**8}"
                f" when 12 then {number} >= {10**11} end, false)"
            )
    return ""


def id_number(value: str, number: str) -> str:
    """18 signs, a day that exists, check digit."""
    year, month, day = f"({number} // 10000000) % 10000", f"({number} // 100000) % 100", f"({number} // 1000) % 100"
    leap = f"(({year}) % 4 = 0 and (({year}) % 100 <> 0 or ({year}) % 400 = 0))"
    days = f"case when {month} <> 2 then 30 + ({month} + {month} // 8) % 2 when {leap} then 29 else 28 end"
    return (
        f"case when strlen({value}) = 18 and {number} between {10**16} and {10**17 - 1}"
        f" and ({number} // 1000) % 10000 between 101 and 1231 and {year} > 0"
        f" and ({day} between 1 and 28 or ({day} >= 1 and {month} between 1 and 12 and {day} <= {days}))"
        f" then suffix({value}, substr('10X98765432', ({weighed(number)})::integer + 1, 1)) end"
    )


def weighed(number: str) -> str:
    """The sum of 17 digits d(n), each 2 ** (n + 1) times counted from the right, modulo 11, out of the whole number N.

    With N(n) = N // 10 ** n a digit is N(n) - 10 N(n + 1), and -10 is 1 modulo 11: so the sum is 2 N(0) and
    3 * 2 ** n N(n) for the others, which takes one division a digit.
    """
    parts = [f"{number} * 2", *(f"{number} // {10**n} * {3 * 2**n % 11}" for n in range(1, 17))]
    return f"({' + '.join(parts)}) % 11"


def credit_code(value: str) -> str:
    """Shape and both check digits."""
    body = " + ".join(f"{_sign(value, 8 + n, ORG_SIGNS)} * {weight}" for n, weight in enumerate(ORG_WEIGHTS))
    whole = " + ".join(f"{_sign(value, n, CODE_SIGNS)} * {weight}" for n, weight in enumerate(CODE_WEIGHTS))
    # GB 11714: 11 - total % 11, where 10 is X and 11 is 0
    organisation = f"substr('0X987654321', (({body}) % 11)::integer + 1, 1)"
    last = f"substr('{CODE_SIGNS}', ((31 - ({whole}) % 31) % 31)::integer + 1, 1)"
    return (
        f"case when regexp_full_match({value}, '[{CODE_SIGNS}]{{18}}')"
        f" then {organisation} = substr({value}, 17, 1) and {last} = right({value}, 1) end"
    )


def _sign(value: str, place: int, among: str) -> str:
    return f"(strpos('{among}', substr({value}, {place + 1}, 1)) - 1)"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
