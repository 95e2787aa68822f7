"""A form over data as the page shows it: sections, controls, errors, marks of where a value came from."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from ludao.base.errors import Problem
from ludao.base.masks import mask
from ludao.base.sealed import seal
from ludao.base.text import from_pair
from ludao.blocks.place.public import map_of

from . import options
from .engine.asking import Asked, asked
from .engine.design import Field
from .engine.kinds import FILES
from .entering import aside_of, sealed
from .models import Version
from .sources import Filled

RADIOS = 6
VEILED = ("id_number", "phone", "bank_account")  # numbers that nobody types over need not be read by who stands beside
KEY = "filling"


def fields(version: Version, data: Mapping[str, Any], *, problems: Sequence[Problem] = (),
           filled: Mapping[str, Filled] | None = None, request: HttpRequest | None = None, about: str = "",
           kept_at: Any = None, key: str = KEY) -> dict[str, Any]:
    """The context of `form/_fields.html`. `about` names the draft that is kept while somebody types; "" keeps none.
    `key` tells two forms on one page apart."""
    drawn = _Drawing(version, problems, filled or {}, key)
    sections: list[dict[str, Any]] = [
        {"title": from_pair(section.title), "text": from_pair(section.text) if section.text else "",
         "fields": [drawn.one(one) for one in found]}
        for section, found in asked(version.design, data) if found]
    titles = {one["path"]: one for section in sections for one in flat(section["fields"])}
    return {
        "filling": {
            "version": version, "sections": sections, "about": about, "kept_at": kept_at, "key": key,
            "problems": [{"title": titles[p.field]["full_title"] if p.field in titles else "",
                          "id": titles[p.field]["id"] if p.field in titles else "", "text": str(p)} for p in problems],
            "has_files": any(one.kind_name in FILES for _, one in version.design.walk()),
            "filled": sealed(version, "filled", {path: one.plain() for path, one in (filled or {}).items()}),
            "aside": sealed(version, "aside", aside_of(version, data)),
            "about_sealed": sealed(version, "about", about),
            "has_steps": bool(version.design.watched) or any(
                one.kind_name in ("rows", "area") for _, one in version.design.walk()),
            "filled_count": sum(1 for path in (filled or {}) if path in titles),
            "prefix": f"/form/filling/{version.pk}/",
        },
        "request": request,
    }


def flat(drawn: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for one in drawn:
        found += [one, *flat(one["parts"]), *(each for row in one["rows"] for each in flat(row["fields"]))]
    return found


class _Drawing:
    def __init__(self, version: Version, problems: Sequence[Problem], filled: Mapping[str, Filled], key: str) -> None:
        self.version, self.filled, self.start = version, filled, "f-" if key == KEY else f"{key}-f-"
        self.errors = {problem.field: str(problem) for problem in problems}

    def one(self, one: Asked, above: str = "", is_locked: bool = False) -> dict[str, Any]:
        asked_for, held = one.field, self.filled.get(one.path)
        is_locked = is_locked or bool(held and held.is_locked)
        title = str(from_pair(asked_for.title))
        full = f"{above} › {title}" if above else title
        rows = [self.row(one, n, parts, full, is_locked) for n, parts in enumerate(one.rows)]
        drawn: dict[str, Any] = {
            "path": one.path, "id": self.start + one.path.replace(".", "-"), "title": title, "full_title": full,
            "help": from_pair(asked_for.help) if asked_for.help else "", "error": self.errors.get(one.path, ""),
            "kind": asked_for.kind_name, "control": asked_for.kind.control, "is_required": one.is_required,
            "is_locked": is_locked, "held": self.mark(one, held), "is_watched": self.is_watched(asked_for),
            "attributes": self.attributes(asked_for), "text": self.text(one), "rows": rows,
            "parts": [self.one(part, full, is_locked) for part in one.parts],
        }
        return drawn | self.more(one)

    def row(self, one: Asked, n: int, parts: list[Asked], above: str, is_locked: bool) -> dict[str, Any]:
        return {"path": f"{one.path}.{n}", "number": n + 1,
                "fields": [self.one(part, f"{above} {n + 1}", is_locked) for part in parts]}

    def mark(self, one: Asked, held: Filled | None) -> dict[str, Any] | None:
        """Where the value came from, and whether somebody wrote another one over it."""
        if held is None:
            return None
        return {"source": held.source_title, "as_of": held.as_of[:10], "is_locked": held.is_locked,
                "is_changed": one.value != held.value}

    def is_watched(self, one: Field) -> bool:
        return one.name in self.version.design.watched

    def attributes(self, one: Field) -> dict[str, Any]:
        found = dict(one.kind.attributes)
        found.setdefault("type", "text")
        if (most := one.schema.get("maxLength")) and one.kind.control in ("line", "lines"):
            found["maxlength"] = most
        return found

    def text(self, one: Asked) -> str:
        """The value as it is typed; what could not be read stands as it was typed."""
        if one.value is None or one.field.kind.is_many:
            return ""
        if isinstance(one.value, str) and one.field.kind.type != "string":
            return one.value
        held = self.filled.get(one.path)
        if held and held.is_locked and one.field.kind_name in VEILED:
            return mask(one.field.kind.mask, str(one.value))  # what is sent stands in the sealed part of the page
        return one.field.kind.write(one.value)

    def more(self, one: Asked) -> dict[str, Any]:
        kind = one.field.kind_name
        if kind in ("day", "moment") and one.path in self.errors:
            return {"attributes": {"type": "text"}}  # a control for dates would drop a mistyped one
        if kind in ("choice", "choices"):
            return self.choices(one)
        if kind == "area":
            return {"levels": options.areas(str(one.value or ""), options.level_of(one.field))}
        if kind == "place":
            value = one.value if isinstance(one.value, Mapping) else {}
            return {"longitude": value.get("longitude", ""), "latitude": value.get("latitude", ""), "map": ground()}
        if kind in FILES:
            return {"kept": self.kept(one), "is_many": kind == "files",
                    "accept": one.field.schema.get("x-accept", "")}
        if kind == "rows":
            most = one.field.schema.get("maxItems")
            return {"is_table": one.field.shape == "table", "is_full": most is not None and len(one.rows) >= most,
                    "columns": [{"title": str(from_pair(part.title)), "is_required": part.is_required}
                                for part in one.field.fields]}
        return {}

    def choices(self, one: Asked) -> dict[str, Any]:
        chosen = one.value if isinstance(one.value, list) else [one.value]
        rows = [{"value": value, "title": title, "is_chosen": value in chosen}
                for value, title in options.of(one.field)]
        is_radio = one.field.shape == "radio" or (one.field.shape != "select" and len(rows) <= RADIOS)
        return {"options": rows, "is_radio": is_radio}

    def kept(self, one: Asked) -> list[dict[str, Any]]:
        tokens = one.value if isinstance(one.value, list) else [one.value] if one.value else []
        return [{"name": token.get("name", ""), "size": filesizeformat(token.get("size", 0)),
                 "token": seal(token, "form.file"),
                 "drop": f"drop:{one.path}.{n}" if one.field.kind_name == "files" else f"drop:{one.path}"}
                for n, token in enumerate(tokens) if isinstance(token, Mapping)]



def ground() -> dict[str, Any]:
    """What a map to choose a point on needs; no layers of its own."""
    config: dict[str, Any] = map_of(HttpRequest(), ())["map"]["config"]
    return config
