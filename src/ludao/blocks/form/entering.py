"""What a person sent becomes data: typed text is read by its kind, and what cannot be read stays as it was typed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from ludao.base.errors import Problem
from ludao.base.sealed import Broken, seal, unseal
from ludao.base.text import t

from . import options
from .engine.asking import asked, clean
from .engine.checking import check
from .engine.design import Design, Field
from .engine.kinds import FILES, LEVELS
from .models import Version
from .sources import Filled, put

MOST_ROWS = 200
FROM = "_from"
Keep = Callable[[UploadedFile], dict[str, Any]]


@dataclass
class Entered:
    """`data` is what counts, with `_from` (where a value was taken); `typed` is all that was typed, to be shown again.
    `step` is the button of the form itself that was pressed (add a row, refresh); then nothing is to be sent yet."""

    data: dict[str, Any]
    problems: list[Problem]
    typed: dict[str, Any] = field(default_factory=dict)
    step: str = ""
    filled: dict[str, Filled] = field(default_factory=dict)
    about: str = ""

    @property
    def is_complete(self) -> bool:
        return not self.step and not self.problems


def read(version: Version, post: QueryDict, files: "MultiValueDict[str, UploadedFile] | None" = None, *,
         keep: Keep | None = None, filled: Mapping[str, Filled] | None = None) -> Entered:
    """`keep` takes an uploaded file and gives its token; `filled` overrules what the page brought back."""
    reader = _Reader(post, files or MultiValueDict(), keep)
    design = version.design
    known = dict(filled) if filled is not None else _unsealed(post.get("_filled", ""), use(version, "filled"))
    aside = _aside(post, version)
    typed = reader.fields(design.fields, aside, "")
    for path, one in known.items():
        if one.is_locked:
            put(typed, path, one.value)
    step = post.get("_step", "")
    typed = stepped(design, typed, step)
    data = clean(design, typed)
    problems = list(reader.problems) if step else _problems(design, data, typed, reader.problems)
    if marks := _marks(known, data):
        data[FROM] = marks
    return Entered(data, problems, typed, step, known, _about(post, version))


def check_all(version: Version, data: Mapping[str, Any]) -> list[Problem]:
    """Kinds, schema, areas and options of datasets."""
    found = check(version.design, data)
    named = {problem.field for problem in found}
    return found + [one for one in options.problems(version.design, data) if one.field not in named]


def _problems(design: Design, data: Mapping[str, Any], typed: Mapping[str, Any], own: list[Problem]) -> list[Problem]:
    """The reader's own (a file that was refused) come first; one a field."""
    found = {problem.field: problem for problem in own}
    for problem in (*check(design, typed), *options.problems(design, data)):
        found.setdefault(problem.field, problem)
    return list(found.values())


def use(version: Version, what: str) -> str:
    return f"form.{what}:{version.pk}"


def sealed(version: Version, what: str, value: Any) -> str:
    return seal(value, use(version, what)) if value else ""


def _unsealed(text: str, what: str) -> dict[str, Filled]:
    if not text:
        return {}
    try:
        return {path: Filled.of(plain) for path, plain in unseal(text, what).items()}
    except Broken:
        raise Problem(t("页面已过期，请刷新后重新填写", "The page is out of date: reload it, please")) from None


def _aside(post: QueryDict, version: Version) -> dict[str, Any]:
    """Answers that were typed and are not asked at present: they travel with the page, sealed."""
    try:
        found: dict[str, Any] = unseal(post.get("_aside", ""), use(version, "aside"))
    except Broken:
        return {}
    return found


def _about(post: QueryDict, version: Version) -> str:
    try:
        return str(unseal(post.get("_about", ""), use(version, "about")))
    except Broken:
        return ""


def _marks(filled: Mapping[str, Filled], data: Mapping[str, Any]) -> dict[str, Any]:
    """Where a value that counts was taken from; `is_changed` when the person wrote another one."""
    found = {}
    for path, one in filled.items():
        value = get(data, path)
        if value is not None:
            plain = one.plain()
            held = plain.pop("value")
            found[path] = {**plain, "is_changed": value != held}
    return found


def get(data: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        elif isinstance(data, Mapping):
            data = data.get(part)
        else:
            return None
    return data


# — buttons of the form itself —————————————————————————————————————————————————————————————————————————


def stepped(design: Design, typed: dict[str, Any], step: str) -> dict[str, Any]:
    """add:children, drop:children.1, drop_file:photo.0, refresh."""
    verb, _, path = step.partition(":")
    if verb == "add":
        rows = get(typed, path) or []
        if isinstance(rows, list) and len(rows) < MOST_ROWS and _is_rows(design, path):
            _set(typed, path, [*rows, {}])
    elif verb == "drop":
        above, _, number = path.rpartition(".")
        rows = get(typed, above)
        if isinstance(rows, list) and number.isdigit() and int(number) < len(rows):
            _set(typed, above, rows[: int(number)] + rows[int(number) + 1 :])
        elif isinstance(rows, Mapping) or not above:
            _set(typed, path, None)
    return typed


def _is_rows(design: Design, path: str) -> bool:
    plain = re.sub(r"\.\d+(?=\.|$)", ".*", path)
    return any(there == plain and one.kind_name == "rows" for there, one in design.walk())


def _set(data: Any, path: str, value: Any) -> None:
    *above, last = path.split(".")
    for part in above:
        data = data[int(part)] if isinstance(data, list) else data.setdefault(part, {})
    data[last] = value


# — controls ———————————————————————————————————————————————————————————————————————————————————————————


class _Reader:
    def __init__(self, post: QueryDict, files: "MultiValueDict[str, UploadedFile]", keep: Keep | None) -> None:
        self.post, self.files, self.keep = post, files, keep
        self.problems: list[Problem] = []
        self.names = set(post) | set(files)

    def fields(self, fields: Any, aside: Mapping[str, Any], at: str) -> dict[str, Any]:
        """A field that the page did not hold keeps what was typed before."""
        found: dict[str, Any] = {}
        for one in fields:
            path = f"{at}{one.name}"
            value = self.one(one, path, aside.get(one.name) if isinstance(aside, Mapping) else None)
            if value not in (None, "", []):
                found[one.name] = value
        return found

    def one(self, one: Field, path: str, aside: Any) -> Any:
        if not self.holds(path):
            return aside
        if one.kind_name == "rows":
            return [self.fields(one.fields, row, f"{path}.{n}.") for n, row in self.rows(path, aside)]
        if one.fields:
            return self.fields(one.fields, aside or {}, f"{path}.") or None
        if one.kind_name in FILES:
            return self.file(one, path)
        if one.kind_name == "choices":
            return self.post.getlist(path)
        if one.kind_name == "area":
            return self.area(path)
        if one.kind_name == "place":
            return self.place(path)
        return self.line(one, path)

    def holds(self, path: str) -> bool:
        return path in self.names or f"{path}._" in self.names or any(n.startswith(f"{path}.") for n in self.names)

    def rows(self, path: str, aside: Any) -> list[tuple[int, Any]]:
        """The rows of the page by their numbers, in order."""
        start = f"{path}."
        numbers = {int(n[len(start):].partition(".")[0]) for n in self.names
                   if n.startswith(start) and n[len(start):].partition(".")[0].isdigit()}
        before = aside if isinstance(aside, list) else []
        return [(n, before[n] if n < len(before) else {}) for n in sorted(numbers)[:MOST_ROWS]]

    def line(self, one: Field, path: str) -> Any:
        typed = self.post.get(path, "")
        if one.kind_name == "long_text":
            typed = typed.replace("\r\n", "\n")
        if not typed.strip():
            return None
        if one.kind_name == "bank_account" and one.schema.get("x-account") == "enterprise":
            return re.sub(r"[\s-]", "", typed)
        try:
            return one.kind.read(typed)
        except Problem:
            return typed  # shown again as it was typed; the check says what is wrong with it

    def area(self, path: str) -> str | None:
        """The deepest chosen one that is part of the one above it."""
        found = ""
        for level in LEVELS:
            chosen = self.post.get(f"{path}.{level}", "")
            if not chosen or (found and not chosen.startswith(found)):
                break
            found = chosen
        return found or self.post.get(path) or None

    def place(self, path: str) -> Any:
        typed = {name: self.post.get(f"{path}.{name}", "").strip() for name in ("longitude", "latitude")}
        if not any(typed.values()):
            return None
        try:
            return {name: float(text) for name, text in typed.items()}
        except ValueError:
            return typed

    def file(self, one: Field, path: str) -> Any:
        """Those kept before, by their sealed tokens, and those that come now."""
        kept = [token for text in self.post.getlist(f"{path}._kept") if (token := _token(text))]
        for file in self.files.getlist(path):
            try:
                kept.append(self.keep(file) if self.keep else {"name": file.name, "size": file.size})
            except Problem as error:
                self.problems.append(Problem(f"{file.name}：{error}", field=path))
        if one.kind_name == "file":
            return kept[-1] if kept else None
        return kept


def _token(text: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = unseal(text, "form.file")
    except Broken:
        return None
    return found


def aside_of(version: Version, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed and is not asked now, so that it is there again when it is."""
    shown = {one.field.name for _, fields in asked(version.design, typed) for one in fields}
    hidden = {name: value for name, value in typed.items() if name not in shown and name != FROM}
    nested = {name: value for name, value in typed.items() if name in shown and isinstance(value, Mapping | list)}
    return {**hidden, **nested}
