"""What a page says, taken from its HTML: the words of its own, not those of the city's rows."""

import re
from html.parser import HTMLParser

CHINESE = re.compile(r"[\u3400-\u9fff]")
OWN = {"th", "label", "button", "legend", "dt", "nav", "summary"}
ROWS = {"tbody", "dd", "option", "svg"}  # where what the city's rows say stands
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Words(HTMLParser):
    """The texts of labels, columns and buttons, but for what says itself that it is Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        hides = (given.get("lang") or "").startswith("zh") or "aria-current" in given  # the row's own name
        self.open.append((tag, hides))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _ in self.open}
        is_hidden = any(hides for tag, hides in self.open if tag != "html")
        if tags & OWN and not tags & ROWS and not is_hidden and data.strip():
            self.found.append(data.strip())


def chinese_in(html: str) -> list[str]:
    """The page's own words that are Chinese."""
    reader = Words()
    reader.feed(html)
    return [text for text in reader.found if CHINESE.search(text)]
