"""Numbers as plans write them: 600, 1,000, 50亿, 1.2万, 十二, 两百, 百分之八十五."""

from decimal import Decimal

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
HAN = "".join([*DIGITS, *SMALL, *LARGE])


def arabic(digits: str, scale: str = "") -> Decimal:
    """`arabic("1,000", "万")` is ten million."""
    value = Decimal(digits.replace(",", ""))
    for unit in scale:
        value *= (SMALL | LARGE)[unit]
    return Decimal(int(value)) if value == int(value) else value


def han(text: str) -> int:
    """The value of a Chinese numeral; raises ValueError for what is none."""
    if not text or set(text) - set(HAN):
        raise ValueError(text)
    if not set(text) & (SMALL.keys() | LARGE.keys()):
        return int("".join(str(DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
        elif c in SMALL:
            section += (digit or 1) * SMALL[c]
            digit = 0
        else:
            total = (total + section + digit or 1) * LARGE[c]
            section = digit = 0
    return total + section + digit


def ordinal(text: str) -> int:
    """The number in a heading: 3, 三, ③."""
    if len(text) == 1 and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    return int(text) if text.isascii() else han(text)
