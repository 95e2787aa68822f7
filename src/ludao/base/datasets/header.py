"""The header above a dataset's query, read and held against the query; every mistake with its line."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlglot
import yaml
from sqlglot import exp

from ludao.base.datasets.dataset import Column, Dataset, HeaderError
from ludao.base.masks import MASKS
from ludao.base.registry import Manifest
from ludao.base.rights import Scope

GRADES = ("public", "internal", "sensitive", "secret")
FRESH = ("live", "hourly", "daily", "weekly", "monthly", "yearly")
WORDS = ("title", "row", "key", "fresh", "columns", "scope", "right", "note")
COLUMN_WORDS = ("zh", "en", "grade", "mask", "unit")
SCOPES = ("organisation", "area", "person")
# What the API asks about a read; a column of this name could not be filtered by.
TAKEN = ("order", "after", "limit", "as_of", "columns", "purpose")


def parse(text: str, path: Path, manifest: Manifest) -> Dataset:
    """A file's text → Dataset. Raises HeaderError, which names the line."""
    head, sql, first_line = _split(text)
    said = _Said(head, path)
    columns = tuple(_column(said, name, given) for name, given in said.table("columns").items())
    dataset = Dataset(
        manifest, path, said.pair("title"), said.pair("row"), said.names("key"), said.choice("fresh", FRESH, "live"),
        columns, _scope(said), "scope" in said.values, said.right(manifest), str(said.values.get("note", "")),
        sql, first_line,
    )
    for check in (_check_names, _check_key, _check_scope):
        check(dataset, said)
    return dataset


def _split(text: str) -> tuple[str, str, int]:
    """The leading comment lines without their dashes, the query below them, and the query's first line."""
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines) if line.strip() and not line.startswith("--")), len(lines))
    head = "\n".join(line[2:].removeprefix(" ") for line in lines[:end])
    return head, "\n".join(lines[end:]).strip().rstrip(";"), end + 1


class _Said:
    """The header's values, each with the line where it stands."""

    def __init__(self, head: str, path: Path) -> None:
        self.path = path
        try:
            node = yaml.compose(head, yaml.SafeLoader)
            self.values: dict[str, Any] = yaml.safe_load(head) or {}
        except yaml.YAMLError as error:
            mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or str(error)
            raise HeaderError(path, mark.line + 1 if mark else 1, f"the header is not YAML: {what}") from error
        if not isinstance(self.values, dict):
            raise HeaderError(path, 1, "a header says `title: …`, `row: …`, `key: […]`, `columns: {…}`")
        self.lines = dict(_lines(node))
        for word in self.values:
            if word not in WORDS:
                raise self.wrong(str(word), f"unknown word {word}; a header knows {', '.join(WORDS)}")

    def wrong(self, where: str, text: str) -> HeaderError:
        """An error at the line of "key" or "columns.name"."""
        line = self.lines.get(where) or self.lines.get(where.split(".")[0]) or 1
        return HeaderError(self.path, line, text)

    def pair(self, word: str) -> dict[str, str]:
        if word not in self.values:
            raise self.wrong(word, f"`{word}` is missing")
        return self.words_of(word, self.values[word])

    def words_of(self, where: str, given: Any) -> dict[str, str]:
        """{zh, en}; a bare text serves for both."""
        if isinstance(given, str) and given.strip():
            return {"zh": given, "en": given}
        if isinstance(given, dict) and all(isinstance(given.get(n), str) and given[n] for n in ("zh", "en")):
            return {"zh": given["zh"], "en": given["en"]}
        raise self.wrong(where, f"`{where}` needs words in both languages: {{ zh: …, en: … }}")

    def table(self, word: str) -> dict[str, Any]:
        given = self.values.get(word)
        if not isinstance(given, dict) or not given:
            raise self.wrong(word, f"`{word}` is missing, or is not a table {{ name: … }}")
        if odd := [name for name in given if not isinstance(name, str)]:
            raise self.wrong(word, f"`{word}`: YAML reads the name {odd[0]!r} as something else; put it in quotes")
        return given

    def names(self, word: str) -> tuple[str, ...]:
        given = self.values.get(word)
        if not isinstance(given, list) or not given or not all(isinstance(name, str) for name in given):
            raise self.wrong(word, f"`{word}` is missing, or is not a list of columns [a, b]")
        return tuple(given)

    def choice(self, word: str, choices: tuple[str, ...], default: str) -> str:
        given = self.values.get(word, default)
        if given not in choices:
            raise self.wrong(word, f"`{word}: {given}`: must be one of {', '.join(choices)}")
        return str(given)

    def right(self, manifest: Manifest) -> str:
        given = str(self.values.get("right", "read"))
        return given if "." in given else f"{manifest.address}.{given}"


def _lines(node: Any) -> Iterator[tuple[str, int]]:
    """Where each word stands, and each name in its table."""
    for key, value in getattr(node, "value", ()):
        yield key.value, key.start_mark.line + 1
        if isinstance(value, yaml.MappingNode):
            for inner, _ in value.value:
                yield f"{key.value}.{inner.value}", inner.start_mark.line + 1


def _column(said: _Said, name: str, given: Any) -> Column:
    where = f"columns.{name}"
    told: Mapping[str, Any] = given if isinstance(given, dict) else {}
    if unknown := [word for word in told if word not in COLUMN_WORDS]:
        raise said.wrong(where, f"column {name}: unknown word {unknown[0]}; a column knows {', '.join(COLUMN_WORDS)}")
    if told and "zh" in told and "en" not in told:
        given = str(told["zh"])
    grade, mask = str(told.get("grade", "internal")), str(told.get("mask", ""))
    if grade not in GRADES:
        raise said.wrong(where, f"column {name}: grade {grade} must be one of {', '.join(GRADES)}")
    if mask and mask not in MASKS:
        raise said.wrong(where, f"column {name}: no mask {mask}; there are {', '.join(sorted(MASKS))}")
    if mask and grade not in ("sensitive", "secret"):
        raise said.wrong(where, f"column {name}: a mask is for sensitive and secret columns, this one is {grade}")
    if name in TAKEN:
        raise said.wrong(where, f"column {name}: the API gives this word another meaning; name it otherwise")
    return Column(name, said.words_of(where, given), grade, mask or "all", str(told.get("unit", "")))


def _scope(said: _Said) -> Scope | None:
    given = said.values.get("scope")
    if given in (None, "none", {}):
        return None
    if not isinstance(given, dict) or any(word not in SCOPES for word in given):
        raise said.wrong("scope", "`scope` says which columns tell whose a row is: "
                                  "{ organisation: …, area: …, person: … }, or none")
    return Scope(**{word: str(column) for word, column in given.items()})


def _check_names(dataset: Dataset, said: _Said) -> None:
    """`columns` are exactly what the query yields."""
    found = query_of(dataset)
    yielded = found.named_selects
    if "*" in yielded or found.is_star:
        raise HeaderError(dataset.path, dataset.first_line, "the query says *; name each column")
    named = [c.name for c in dataset.columns]
    for name in named:
        if name not in yielded:
            raise said.wrong(f"columns.{name}", f"column {name} is not in the query")
    for name in yielded:
        if name not in named or yielded.count(name) > 1:
            what = "is yielded twice" if yielded.count(name) > 1 else "is not described in `columns`"
            raise HeaderError(dataset.path, dataset.first_line, f"the query's column {name or '(no name)'} {what}")


def query_of(dataset: Dataset) -> exp.Query:
    """The parsed query: one SELECT that changes nothing."""
    try:
        trees = [tree for tree in sqlglot.parse(dataset.sql, dialect="postgres") if tree is not None]
    except sqlglot.errors.ParseError as error:
        line = (error.errors[0].get("line") or 1) if error.errors else 1
        raise HeaderError(dataset.path, dataset.first_line + line - 1, f"the query cannot be read: {error}") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise HeaderError(dataset.path, dataset.first_line, "a dataset is one SELECT")
    for node in trees[0].find_all(exp.DML, exp.Into, exp.Lock):
        raise HeaderError(dataset.path, dataset.line_of(node), "a dataset only reads")
    return trees[0]


def _check_key(dataset: Dataset, said: _Said) -> None:
    columns = {c.name: c for c in dataset.columns}
    for name in dataset.key:
        if name not in columns:
            raise said.wrong("key", f"key column {name} is not in `columns`")
        if columns[name].is_guarded:
            raise said.wrong("key", f"key column {name} is {columns[name].grade}; "
                                    "a key stands in addresses and cursors, so take one that tells nothing")


def _check_scope(dataset: Dataset, said: _Said) -> None:
    names = {c.name for c in dataset.columns}
    for word in SCOPES:
        column = getattr(dataset.scope, word, "")
        if column and column not in names:
            raise said.wrong(f"scope.{word}", f"scope: {word} names {column}, which is not in `columns`")
