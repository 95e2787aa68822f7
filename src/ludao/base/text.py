"""Words in both languages of the city, written side by side where they are used."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language


def said_by(field: str) -> property:
    """A `light_word` where what the colour says is the word of a field's choice: light_word = said_by("state")."""
    return property(lambda row: str(getattr(row, f"get_{field}_display")()))


def said_of_light(**words: Any) -> property:
    """A `light_word` where each colour has its own words: light_word = said_of_light(red=t(…), green=t(…))."""
    return property(lambda row: str(words[row.light]))


def pick(zh: str, en: str) -> str:
    """The words for the reader's language; Chinese unless English was chosen."""
    return en if (get_language() or "").startswith("en") else zh


_lazy_pick = lazy(pick, str)


def t(zh: str, en: str) -> str:
    """A lazy pair of words: t("名称", "Name"). Both are always there, so none can be missing."""
    return _lazy_pick(zh, en)


def from_pair(pair: "dict[str, str] | str") -> str:
    """The same from a table of a manifest, `{ zh = "…", en = "…" }`, or from bare Chinese."""
    if isinstance(pair, str):
        return pair
    return t(pair["zh"], pair["en"])
