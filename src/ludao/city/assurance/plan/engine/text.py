"""The text of a plan as the reader sees it: one punctuation, and lines, sentences, clauses by offset."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ONE_FORM = str.maketrans("，；：！？（）％．　０１２３４５６７８９", ",;:!?()%. 0123456789")
NAMES = re.compile(r"《[^》\n]*》|“[^”\n]{0,24}”|「[^」\n]*」")
SENTENCE = re.compile(r"[^。;!?\n]+")
CLAUSE = re.compile(r"(?:(?<=[0-9]),(?=[0-9]{3}(?![0-9]))|[^,;:。!?\n])+")
LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the source: `source[start:end] == text`."""

    start: int
    end: int
    text: str


def span(source: str, start: int, end: int) -> Span:
    """The piece between two offsets, without the white space around it."""
    while start < end and source[start].isspace():
        start += 1
    while end > start and source[end - 1].isspace():
        end -= 1
    return Span(start, end, source[start:end])


def one_form(source: str) -> str:
    """Full-width signs as half-width, character for character, so that every offset stays true."""
    return source.translate(ONE_FORM)


def without_names(text: str) -> str:
    """Titles in 《》 and names in “” blanked out: a number inside a name promises nothing."""
    return NAMES.sub(lambda m: "□" * len(m.group()), text)


def pieces(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text, start, end):
        yield match.span()


def line_of(source: str, offset: int) -> int:
    return source.count("\n", 0, offset) + 1
