"""By what people find a dataset: its words in both languages, its columns' names, and the pinyin of its title."""

from collections.abc import Iterator, Mapping
from typing import Any


def spoken(contract: Mapping[str, Any]) -> str:
    """One text over which the search by two letters runs."""
    return " ".join(dict.fromkeys(word for word in _words(contract) if word))


def _words(contract: Mapping[str, Any]) -> Iterator[str]:
    yield str(contract["address"])
    titles = [*_both(contract["title"]), *_both(contract.get("system", "")), *_both(contract.get("row", ""))]
    yield from titles
    for name, column in contract.get("columns", {}).items():
        yield from (name, column.get("zh", ""), column.get("en", ""))
    yield from (said for title in titles[:1] for said in pinyin(title))


def _both(said: Any) -> list[str]:
    return [str(said.get("zh", "")), str(said.get("en", ""))] if isinstance(said, Mapping) else [str(said)]


def pinyin(text: str) -> tuple[str, str]:
    """户籍 → hujirenkou, hjrk."""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes a third of a second

    return "".join(lazy_pinyin(text)), "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
