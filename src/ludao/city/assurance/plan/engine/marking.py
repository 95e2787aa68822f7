"""Lays what was read over the text it was read from, so that nothing of the text is out of sight."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text: plain (key is None) or marked with the key of what was read there."""

    text: str
    key: int | None = None


def marked(text: str, start: int, end: int, marks: Iterable[tuple[int, int, int]]) -> Iterator[Piece]:
    """The text between two offsets, cut at the marks (start, end, key); a mark inside another one is passed over."""
    at = start
    for left, right, key in sorted(marks):
        if left < at or right > end:
            continue
        if left > at:
            yield Piece(text[at:left])
        yield Piece(text[left:right], key)
        at = right
    if at < end:
        yield Piece(text[at:end])
