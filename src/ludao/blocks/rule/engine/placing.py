"""Where in a policy's text a mistake stands, so that the editor can point at it."""

import re
from collections import Counter

from ludao.base.errors import LudaoError

HEAD = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}")
KEY = re.compile(r"""\s*([\w.-]+)\s*=\s*["']*""")
SAID = re.compile(r"line (\d+), column (\d+)")  # as tomllib tells it


def place(text: str, problem: LudaoError) -> tuple[int, int]:
    """Line and column, from 1; (0, 0) for what has no place, such as a part that is missing."""
    if said := SAID.search(str(problem)):
        return int(said[1]), int(said[2])
    where, known = problem.field, lines(text)
    while where and where not in known:
        where = re.sub(r"\.?[^.]*$", "", where) if not where.endswith("]") else where[: where.rindex("[")]
    if not where:
        return 0, 0
    begun = KEY.match(text.splitlines()[known[where] - 1])
    column = len(begun[0]) + (problem.more.get("position") or 0) if begun else 0
    return known[where], column + 1


def lines(text: str) -> dict[str, int]:
    """The path of each table and key → its line: "conditions.in_age.says" → 25, "examples[2]" → 40."""
    found: dict[str, int] = {}
    counts: Counter[str] = Counter()
    at = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := HEAD.fullmatch(line.split("#")[0].rstrip()):
            at = head[2]
            if head[1] == "[[":
                counts[at] += 1
                at = f"{at}[{counts[at]}]"
            found.setdefault(at, number)
        elif key := KEY.match(line):
            found.setdefault(f"{at}.{key[1]}".lstrip("."), number)
    return found
