"""Money of the city in integer fen: read, shown, written in capitals as a voucher wants it, shared out.

Capitals follow the basic rules for filling in bills and settlement vouchers (annex 1 of the People's Bank's
Payment and Settlement Measures, 正确填写票据和结算凭证的基本规定); where they leave a choice, the first form.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from ludao.base.errors import Problem
from ludao.base.text import t

LARGEST_FEN = 10**18 - 1  # 9,999 万亿 yuan; fits PostgreSQL's bigint
DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7}
UNITS |= {"亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}

_SYMBOL = "(?:¥|人民币|RMB|CNY)"
_NUMERAL = re.compile(
    rf"(?:(?P<minus>[-\u2212]{_SYMBOL}?|{_SYMBOL}[-\u2212])|{_SYMBOL})?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?"
    r"(?P<unit>[十百千万亿]*)(?:元[整正]?|圆[整正]?|CNY|RMB)?",
    re.IGNORECASE | re.ASCII,
)
_SUM = re.compile(
    rf"(?:人民币)?(?P<minus>负)?(?:(?P<yuan>[{DIGITS}拾佰仟万亿]+)[元圆])?"
    rf"零?(?:(?P<jiao>[{DIGITS}])角)?零?(?:(?P<fen>[{DIGITS}])分)?[整正]?"
)


def parse(text: str, field: str = "") -> int:
    """Fen from "12.34", "1,234.50元", "3万", "¥-5" or "壹拾贰元叁角整"; nothing finer than one fen."""
    typed = "".join(unicodedata.normalize("NFKC", text).split())
    numeral = _NUMERAL.fullmatch(typed)
    if not numeral:
        return parse_capital(typed, field)
    unit = numeral["unit"]
    if unit not in UNITS:
        raise Problem(
            t(f"不认识的单位“{unit}”，请写元、万元或亿元", f"Unknown unit “{unit}”: use 元, 万元 or 亿元"),
            field=field,
        )
    if len(typed) > 40:
        raise _too_large(field)
    yuan = Decimal(f"{numeral['whole'].replace(',', '')}.{numeral['part'] or '0'}") * UNITS[unit]
    fen = int(yuan * 100)
    if fen != yuan * 100:
        raise Problem(
            t("金额最小到分，请最多写两位小数", "Amounts go down to one fen: write at most two decimals"),
            field=field,
        )
    return _bounded(-fen if numeral["minus"] else fen, field)


def show(fen: int, symbol: str = "¥") -> str:
    """ "¥1,234.50"; negative "-¥1,234.50"."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{symbol}{yuan:,}.{rest:02}"


def capital(fen: int) -> str:
    """壹仟贰佰叁拾肆元伍角整: the form that cannot be altered, for vouchers and contracts."""
    yuan, rest = divmod(abs(_bounded(fen)), 100)
    jiao, last = divmod(rest, 10)
    words = [_number(yuan) + "元"] if yuan or not rest else []
    if rest and yuan and (not jiao or yuan % 10 == 0):
        words.append("零")
    words += [DIGITS[jiao] + "角"] if jiao else []
    words += [DIGITS[last] + "分"] if last else ["整"]
    return ("负" if fen < 0 else "") + "".join(words)


def parse_capital(text: str, field: str = "") -> int:
    """Fen from a sum in capitals, as written by `capital` or by another hand of the same rule."""
    match = _SUM.fullmatch(text)
    if match and (match["yuan"] or match["jiao"] or match["fen"]):
        fen = _value(match["yuan"] or "零") * 100
        fen += DIGITS.index(match["jiao"] or "零") * 10 + DIGITS.index(match["fen"] or "零")
        fen = _bounded(-fen if match["minus"] else fen, field)
        if _bare(text) == _bare(capital(fen)):  # so a digit too many or in the wrong place is never dropped
            return fen
    raise Problem(
        t(f"“{text}”不是金额，例如 1,234.50元 或 3万", f"“{text}” is no amount; write 1,234.50元 or 3万"),
        field=field,
    )


def split(fen: int, parts: int) -> list[int]:
    """Equal shares that differ by one fen at most and lose none; the larger come first."""
    return split_by(fen, [1] * parts)


def split_by(fen: int, weights: Sequence[int]) -> list[int]:
    """Shares in proportion to the weights, by largest remainder: they add up to `fen` exactly."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError(f"{weights!r}: weights are not negative, and one of them is positive")
    sign, amount = (-1, -fen) if fen < 0 else (1, fen)
    shares = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(shares)), key=lambda n: -(amount * weights[n] % whole))
    for n in by_remainder[: amount - sum(shares)]:
        shares[n] += 1
    return [sign * share for share in shares]


def _bounded(fen: int, field: str = "") -> int:
    if abs(fen) > LARGEST_FEN:
        raise _too_large(field)
    return fen


def _too_large(field: str) -> Problem:
    return Problem(t("金额过大，最多9999万亿元", "The amount is too large: at most 9,999 万亿 yuan"), field=field)


def _number(n: int) -> str:
    """A whole number in capitals, by 亿 and 万, with one 零 for each gap."""
    for size, word in ((10**8, "亿"), (10**4, "万")):
        if n >= size:
            rest = n % size
            gap = "零" if 0 < rest < size // 10 else ""
            return _number(n // size) + word + gap + (_number(rest) if rest else "")
    digits = "".join(
        DIGITS[d] + unit if (d := n // size % 10) else "零"
        for size, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))
    )
    return re.sub("零+", "零", digits).strip("零") or "零"


def _bare(words: str) -> str:
    """A sum in capitals without what the rule leaves to the hand."""
    return re.sub("人民币|[零整正]", "", words).replace("圆", "元")


def _value(words: str) -> int:
    for size, word in ((10**8, "亿"), (10**4, "万")):
        head, found, tail = words.rpartition(word)
        if found:
            return _value(head) * size + (_value(tail) if tail else 0)
    total, digit = 0, 0
    for sign in words:
        if sign in DIGITS:
            digit = DIGITS.index(sign)
        else:
            total, digit = total + digit * {"拾": 10, "佰": 100, "仟": 1000}[sign], 0
    return total + digit
