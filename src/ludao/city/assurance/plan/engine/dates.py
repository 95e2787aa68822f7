"""Deadlines in a plan's sentences: 6月底前, 2025年底, 上半年, 第三季度末, 9月30日前."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

YEAR = r"(?:(?P<year>20[0-9]{2})年|今年|本年|当年)?"
NOT_AFTER = r"(?!以来|以后|起|至今|来[,,])"
DEADLINE = re.compile(
    rf"(?:到|至|在|于)?(?:{YEAR}(?:"
    r"(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日|底|末|份)?(?P<by>之?前|以前|底|末)?"
    r"|(?P<half>[上下])半年(?:之?前|内)?"
    r"|第?(?P<quarter>[一二三四1-4])季度(?:底|末)?(?:之?前|内)?"
    r"|(?<=年)(?P<end>[底末])(?:之?前)?"
    rf")|(?P<whole>20[0-9]{{2}})年度?(?:内|前)?|(?<!\w)年内|(?<![0-9])年[底末](?:之?前)?){NOT_AFTER}"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    start: int
    end: int
    on: date | None
    is_firm: bool


def deadlines(text: str, start: int, end: int, year: int | None) -> Iterator[Deadline]:
    """Every deadline between two offsets; `is_firm` when the words alone promise a day (前, 底, 末)."""
    for match in DEADLINE.finditer(text, start, end):
        if not match.group().strip("到至在于"):
            continue
        said = match["year"] or match["whole"]
        last = last_day(int(said) if said else year, match)
        yield Deadline(match.start(), match.end(), last, bool(re.search("[前底末]", match.group())))


def last_day(year: int | None, match: re.Match[str]) -> date | None:
    if year is None:
        return None
    month = 12
    if match["month"]:
        month = int(match["month"])
    elif match["half"]:
        month = 6 if match["half"] == "上" else 12
    elif match["quarter"]:
        month = 3 * ("一二三四1234".index(match["quarter"]) % 4 + 1)
    if not 1 <= month <= 12:
        return None
    days = monthrange(year, month)[1]
    return date(year, month, min(int(match["day"]), days) if match["day"] and int(match["day"]) else days)
