"""What notices say: every folder's content/notice.toml, by key, in both languages.

    ["services.item.returned"]
    zh = { title = "{item}需要补正", text = "您的{item}（{number}）需要补正：{reason}", short = "…" }
    en = { title = "{item}: please correct", text = "…" }
    channels = ["mail", "sms"]
    urgent = false
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any

from ludao.base import registry
from ludao.blocks.notice.models import CHANNELS

LANGUAGES = ("zh", "en")
KNOWN = {name for name, _ in CHANNELS}


@dataclass(frozen=True)
class Wording:
    """One template. `short` serves a telephone's screen, and is the text where it is not given."""

    key: str
    words: Mapping[str, Mapping[str, str]]
    channels: tuple[str, ...] = ()
    is_urgent: bool = False

    @property
    def names(self) -> set[str]:
        """What its data must hold."""
        texts = [text for words in self.words.values() for text in words.values()]
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}

    def filled(self, data: Mapping[str, Any]) -> dict[str, str]:
        """title_zh, text_zh, … Raises LookupError that names what the data lack."""
        if missing := self.names - set(data):
            raise LookupError(f"the notice {self.key} needs {', '.join(sorted(missing))}")
        return {f"{part}_{language}": text.format_map({k: str(v) for k, v in data.items()})
                for language, words in self.words.items() for part, text in words.items()}


def wording(key: str) -> Wording:
    """Raises LookupError for a key that no content/notice.toml has."""
    try:
        return every()[key]
    except KeyError:
        raise LookupError(f"no content/notice.toml has the key {key}") from None


@cache
def every() -> dict[str, Wording]:
    """Read once a process. Raises ValueError that names the file and the key when one is wrong."""
    found: dict[str, Wording] = {}
    for manifest in registry.manifests():
        path = manifest.folder / "content" / "notice.toml"
        if path.exists():
            for key, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
                if fault := _fault(key, table, manifest.address):
                    raise ValueError(f"{path}: {key}: {fault}")
                found[key] = Wording(key, {name: table[name] for name in LANGUAGES},
                                     tuple(table.get("channels", ())), bool(table.get("urgent")))
    return found


def _fault(key: str, table: Mapping[str, Any], address: str) -> str:
    if not key.startswith(f"{address}."):
        return f"the key must begin with {address}."
    if missing := [name for name in LANGUAGES if not {"title", "text"} <= set(table.get(name, ()))]:
        return f"title and text are missing in: {', '.join(missing)}"
    if unknown := set(table) - {*LANGUAGES, "channels", "urgent"}:
        return f"unknown: {', '.join(sorted(unknown))}"
    unknown = set(table.get("channels", ())) - KNOWN
    return f"no such channel: {', '.join(sorted(unknown))}" if unknown else ""
