"""What only the running code tells: routes without a right, actions and pages with words in one language."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from ludao.base import actions, datasets, registry
from ludao.base.actions import Action
from ludao.base.checks.finding import Finding
from ludao.base.checks.words import CHINESE
from ludao.base.pages import forms, lists, urls
from ludao.base.pages.declare import Column, Detail, List, Page, Related
from ludao.base.registry import Manifest

API = ("api/v1/actions/", "api/v1/datasets/")


def check() -> Iterator[Finding]:
    yield from _datasets()
    for spec in actions.every():
        yield from _parameters(spec)
    for manifest, entry in urls.every():
        yield from _declared(entry)
        yield from _buttons(manifest, entry)
    yield from _routes()


def _datasets() -> Iterator[Finding]:
    """What a dataset's query stands on, told by the models."""
    for error in datasets.faults():
        yield Finding(error.path, error.line, "datasets", error.text, "mend the query or its header")


def is_pair(text: Any) -> bool:
    """Whether it is there in both languages: in English without Chinese, and not only in English."""
    with translation.override("en"):
        english = str(text)
    with translation.override("zh-hans"):
        chinese = str(text)
    return bool(english.strip()) and not CHINESE.search(english) and (english != chinese or not english.isalpha()
                                                                      or english.isupper())


def place(thing: Any) -> tuple[Path, int]:
    """The file and line of a function or class."""
    plain = inspect.unwrap(thing) if callable(thing) else thing
    try:
        return Path(inspect.getsourcefile(plain) or ""), inspect.getsourcelines(plain)[1]
    except (TypeError, OSError):
        return Path("unknown"), 1


def line_of(path: Path, start: int, word: str) -> int:
    """The first line from `start` on that has the word."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((i for i in range(start, len(lines) + 1) if word in lines[i - 1]), start)


def _parameters(spec: Action) -> Iterator[Finding]:
    path, line = place(spec.function)
    for parameter in spec.parameters:
        info = parameter.info
        title = info.title or (parameter.model._meta.verbose_name if parameter.model else None)
        if title is None or not is_pair(title):
            yield Finding(path, line_of(path, line, f"{parameter.name}:"), "words",
                          f"the parameter {parameter.name} of {spec.address} has no title in both languages",
                          'write Annotated[…, Field(title=t("…", "…"))]')


def _declared(entry: Any) -> Iterator[Finding]:
    """The words of a page and of every column that it shows."""
    model = getattr(entry, "model", None)
    if model is None:
        return
    path, line = place(model)
    if model.__module__.startswith("ludao.") and not is_pair(model._meta.verbose_name):
        yield Finding(path, line, "words", f"the table {model.__name__} is shown, but has no title in both languages",
                      'give its Meta verbose_name = t("…", "…")')
    for column in _columns(entry):
        if not _is_pair_in(column, model):
            yield Finding(path, line_of(path, line, column.name.split("__")[0]), "words",
                          f"{model.__name__}.{column.name} is shown, but has no title in both languages",
                          'give the field a title t("…", "…")')


def _buttons(manifest: Manifest, entry: Any) -> Iterator[Finding]:
    """What is done on a row's page is done to that row: the action's first row is of the page's kind."""
    if not isinstance(entry, List | Detail):
        return
    tabs = [r.actions for r in entry.related if isinstance(r, Related)] if isinstance(entry, Detail) else []
    done = entry.bulk if isinstance(entry, List) else [*entry.actions, *(name for names in tabs for name in names)]
    path, line = place(entry.model)
    for name in done:
        spec = actions.get(lists.full_address(manifest, name))
        if spec.subject is None or spec.subject.model is not entry.model:
            where = manifest.folder / "pages.py"
            where = where if where.exists() else path
            yield Finding(where, line_of(where, 1, f'"{name}"'), "pages",
                          f"{spec.address} stands on the page of {entry.model.__name__}, but is not done to one",
                          "put it where its own rows are shown")


def _columns(entry: List | Detail) -> list[Column]:
    if isinstance(entry, List):
        return [*entry.shown, *(Column(name) for name in entry.filters)]
    return [c if isinstance(c, Column) else Column(c) for c in entry.fields]


def _is_pair_in(column: Column, model: Any) -> bool:
    with translation.override("en"):
        english = str(column.title_in(model))
    with translation.override("zh-hans"):
        chinese = str(column.title_in(model))
    return bool(CHINESE.search(chinese)) and not CHINESE.search(english)


def _routes() -> Iterator[Finding]:
    """Every address asks a right of [may], or stands in the list of open doors with the reason."""
    doors = import_module(settings.LUDAO_OPEN)
    named: set[Any] = set()
    before: dict[str, Any] = {}
    for route, pattern in _patterns(get_resolver(), ""):
        path, line = place(pattern.callback)
        if (shadow := before.setdefault(route, pattern)) is not pattern and not route.startswith("api/"):
            yield Finding(path, line, "routes", f"the address /{route} leads to {shadow.callback.__name__} already",
                          "give one of them another path")
        right = _right(route, pattern)
        if right is None:
            door = next((d for d in doors.OPEN if route == d or (d.endswith("*") and route.startswith(d[:-1]))), None)
            named.add(door)
            if door is None:
                yield Finding(path, line, "routes", f"the address /{route} asks no right",
                              f"declare it as a Page with a right, or give the reason in {settings.LUDAO_OPEN}")
        elif right and right not in registry.rights():
            yield Finding(path, line, "routes", f"the address /{route} asks the right {right}, which no manifest gives",
                          "add it to [may]")
    path = Path(doors.__file__ or "")
    for door in doors.OPEN.keys() - named:
        yield Finding(path, line_of(path, 1, f'"{door}"'), "routes", f"no open address is /{door}", "take it out")


def _patterns(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, route)
        else:
            yield route, pattern


def _right(route: str, pattern: URLPattern) -> str | None:
    """The right that a route asks; None when it asks none."""
    given = pattern.default_args
    if route.startswith(API):
        return _right_in_api(route.rsplit("/", 1)[-1])
    if (address := given.get("address")) and pattern.callback is forms.view:
        return actions.get(address).right
    if (entry := given.get("declared")) is not None:
        return urls.right_of(given["manifest"], entry) or _meant(entry)
    if (right := getattr(pattern.callback, "right", None)) is not None:
        return str(right)
    if any(isinstance(e, Page) and not e.right and e.view is pattern.callback for _, e in urls.every()):
        return ""
    return None


def _right_in_api(address: str) -> str | None:
    """The door of the API asks for each action and each dataset what its declaration says."""
    asked = {spec.address: spec.right for spec in actions.every()} | {d.address: d.right for d in datasets.every()}
    return asked.get(address)


def _meant(entry: Any) -> str | None:
    """A Page that says right="" is open on purpose; nothing else may be."""
    return "" if isinstance(entry, Page) else None

