"""A filled form as facts: what was answered, in words, masked by grade, with where each value came from."""

from collections.abc import Mapping
from typing import Any

from ludao.base import money
from ludao.base.masks import mask
from ludao.base.text import from_pair, pick, t

from . import options
from .engine.asking import Asked, asked
from .engine.kinds import FILES
from .entering import FROM
from .models import Version


def facts(version: Version, data: Mapping[str, Any], *, unmask: bool = False) -> list[dict[str, Any]]:
    """The context of `form/_facts.html` under the name `sections`: title and facts of each section that has any."""
    shown = _Showing(data, unmask)
    found = []
    for section, fields in asked(version.design, data):
        if rows := [shown.one(one) for one in fields if not _is_empty(one)]:
            found.append({"title": from_pair(section.title), "facts": rows})
    return found


def _is_empty(one: Asked) -> bool:
    if one.field.kind_name == "rows":
        return not one.rows
    return all(map(_is_empty, one.parts)) if one.parts else one.value in (None, "", [], {})


class _Showing:
    def __init__(self, data: Mapping[str, Any], unmask: bool) -> None:
        self.marks: Mapping[str, Any] = data.get(FROM) or {}
        self.unmask = unmask

    def one(self, one: Asked) -> dict[str, Any]:
        mark = self.marks.get(one.path)
        found: dict[str, Any] = {
            "path": one.path, "title": from_pair(one.field.title), "kind": one.field.kind_name, "value": "",
            "source": from_pair(mark["source_title"]) if mark else "", "as_of": mark["as_of"][:10] if mark else "",
            "is_changed": bool(mark and mark.get("is_changed")), "parts": [], "files": [],
            "is_wide": one.field.kind_name in ("long_text", "rows"),
        }
        if one.field.kind_name == "rows":
            heads = [from_pair(part.title) for part in one.field.fields]
            return found | {"heads": heads, "rows": [self.cells(one, row) for row in one.rows]}
        if one.parts:
            return found | {"parts": [self.one(part) for part in one.parts if not _is_empty(part)]}
        if one.field.kind_name in FILES:
            return found | {"files": one.value if isinstance(one.value, list) else [one.value]}
        return found | {"value": self.words(one)}

    def cells(self, one: Asked, row: list[Asked]) -> list[Any]:
        """One cell for each column, empty where the row is not asked for it."""
        by_name = {part.field.name: part for part in row}
        return [self.words(by_name[part.name]) if part.name in by_name else "" for part in one.field.fields]

    def words(self, one: Asked) -> Any:
        value = one.value
        if value in (None, "", [], {}):
            return ""
        if one.field.is_sensitive and not self.unmask and one.field.kind_name not in FILES:
            return mask(one.field.mask or "all", str(plain(one)))
        return plain(one)


def plain(one: Asked) -> Any:
    """The value in words, unmasked."""
    value, kind = one.value, one.field.kind_name
    match kind:
        case "yes_no":
            return t("是", "Yes") if value else t("否", "No")
        case "money":
            return money.show(value) if isinstance(value, int) else value
        case "choice" | "choices":
            words = dict(options.of(one.field))
            chosen = value if isinstance(value, list) else [value]
            return pick("、", ", ").join(words.get(str(each), str(each)) for each in chosen)
        case "area":
            return options.area_words(str(value))
        case "place":
            return f"{value.get('longitude')}, {value.get('latitude')}" if isinstance(value, Mapping) else value
        case "moment":
            return str(value)[:16].replace("T", " ")
        case "file" | "files":
            return "、".join(token.get("name", "") for token in (value if isinstance(value, list) else [value]))
    if isinstance(value, Mapping):  # a group inside a row
        return " ".join(str(plain(part)) for part in one.parts if part.value not in (None, "", [], {}))
    return value
