"""The numbered headings of a plan: which lines are headings, of which style, with which number."""

import re
from dataclasses import dataclass
from itertools import pairwise

from .numerals import ordinal
from .text import LINE, Span, pieces, span

HAN = "[一二三四五六七八九十百]{1,5}"
# From the widest to the narrowest, the order official writing gives them (GB/T 9704—2012, 7.3.3).
STYLES = {
    "chapter": rf"第({HAN}|[0-9]{{1,3}})(?:章|篇|编|部分)[\s、:.]*",
    "division": rf"第({HAN}|[0-9]{{1,3}})节[\s、:.]*",
    "han": rf"({HAN})、\s*",
    "han_bracket": rf"\(({HAN})\)[、.]?\s*",
    "article": rf"第({HAN}|[0-9]{{1,3}})条[\s、:.]*",
    "arabic": r"([0-9]{1,3})(?:、|\.(?![0-9]))\s*",
    "arabic_bare": r"([0-9]{1,2})\s+(?=[一-鿿])",
    "decimal_2": r"[0-9]{1,3}\.([0-9]{1,3})(?:[、.](?![0-9])\s*|\s+(?=\S))",
    "decimal_3": r"[0-9]{1,3}\.[0-9]{1,3}\.([0-9]{1,3})(?:[、.](?![0-9])\s*|\s+(?=\S))",
    "arabic_bracket": r"\(([0-9]{1,3})\)[、.]?\s*",
    "circle": r"([①-⑳])[、.]?\s*",
}
PATTERNS = {style: re.compile(r"[ \t]*" + pattern) for style, pattern in STYLES.items()}
SHORT = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered line: its style and number, its title, and where the text after the title begins."""

    style: str
    number: int
    start: int
    title: Span
    body_start: int


def headings(source: str, text: str) -> list[Heading]:
    """All numbered lines in order; `text` is `source` in one form (see `one_form`)."""
    found = [h for start, end in pieces(LINE, text, 0, len(text)) if (h := heading(source, text, start, end))]
    if not any(h.style == "decimal_2" for h in found):
        return [h for h in found if h.style != "arabic_bare"]
    return [as_arabic(h) for h in found]


def as_arabic(found: Heading) -> Heading:
    """Beside 1.1 a bare `1 ` or `1.` is the level above."""
    if found.style != "arabic_bare":
        return found
    return Heading("arabic", found.number, found.start, found.title, found.body_start)


def heading(source: str, text: str, start: int, end: int) -> Heading | None:
    for style, pattern in PATTERNS.items():
        match = pattern.match(text, start, end)
        if match and text[match.end() : end].strip():
            title_end, body = title_of(text, match.end(), end)
            title = span(source, match.end(), title_end)
            try:
                return Heading(style, ordinal(match[1]), start, title, body)
            except ValueError:
                return None
    return None


def title_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the title ends and the text begins: the first 。, an early colon or the line's end."""
    stop = text.find("。", start, end)
    colon = text.find(":", start, min(end, start + SHORT))
    if colon > start and (stop < 0 or colon < stop):
        return colon, colon + 1
    if stop < 0 or not text[start:stop].strip():
        return end, end
    return stop, stop + 1


def levels(found: list[Heading]) -> tuple[list[str], bool]:
    """The styles that carry part, section and item, from wide to narrow, and whether parts go unnumbered.

    Parts go unnumbered when the widest style starts again at one. A narrower style is a level of its own only
    if at least half of the headings above it have it; otherwise it is a list inside an item's text.
    """
    used = [style for style in STYLES if any(h.style == style for h in found)]
    if not used:
        return [], False
    restarts = sum(h.number == 1 for h in found if h.style == used[0]) > 1
    kept = used[:1]
    for style in used[1 : 2 if restarts else 3]:
        if carried(found, kept[-1], style):
            kept.append(style)
    return kept, restarts


def carried(found: list[Heading], above: str, style: str) -> bool:
    line = [h.style for h in found if h.style in (above, style)]
    parents = line.count(above)
    return 2 * sum(a == above and b == style for a, b in pairwise(line)) >= parents
