"""The addresses of all pages, from every manifest's pages.py; each is opened by a right or meant for everyone."""

from collections.abc import Callable, Iterator
from functools import cache, wraps
from pkgutil import iter_modules
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path

from ludao.base import actions, registry, rights
from ludao.base.errors import Refused
from ludao.base.pages import details, forms, lists
from ludao.base.pages.declare import Declared, Detail, Form, List, Page
from ludao.base.pages.tables import detail_url, name_of
from ludao.base.registry import Manifest
from ludao.base.text import t


def declared(manifest: Manifest) -> list[Declared]:
    """The table of a subsystem's pages; empty when it has none."""
    module = manifest.part("console" if manifest.kind == "base" else "pages")
    return list(module.pages) if module else []


def guarded(right: str, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open to whoever holds the right at all; to everyone else it does not exist."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rights.reach(request.actor, right):
            raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
        return view(request, *args, **kwargs)

    guard.right = right  # type: ignore[attr-defined]
    return guard


def right_of(manifest: Manifest, entry: Declared) -> str:
    """The right that opens a page; "" is open to everyone."""
    if isinstance(entry, Form):
        return actions.get(lists.full_address(manifest, entry.action)).right
    return f"{manifest.address}.{entry.right}" if entry.right else ""


def path_of(manifest: Manifest, entry: Declared) -> str:
    """Where a page stands, from the root."""
    match entry:
        case List():
            return f"/{manifest.path}{entry.path or name_of(entry.model) + '/'}"
        case Detail():
            return f"/{manifest.path}{name_of(entry.model)}/<pk>/"
        case Form():
            return lists.action_url(lists.full_address(manifest, entry.action))
        case Page():
            return f"/{manifest.path}{entry.path}"


def title_of(manifest: Manifest, entry: Declared) -> str:
    match entry:
        case List():
            return lists.title_of(entry)
        case Form():
            return actions.get(lists.full_address(manifest, entry.action)).title
        case Page():
            return entry.title
    return str(entry.model._meta.verbose_name)


def _patterns(manifest: Manifest) -> Iterator[URLPattern | URLResolver]:
    entries = declared(manifest)
    for entry in entries:
        if isinstance(entry, Page):
            yield _page(manifest, entry)
    for entry in entries:
        if isinstance(entry, List):
            where = entry.path or f"{name_of(entry.model)}/"
            yield path(where, lists.view, {"manifest": manifest, "declared": entry},
                       name=f"{entry.path.strip('/') or name_of(entry.model) + 's'}")
        elif isinstance(entry, Detail):
            yield path(f"{name_of(entry.model)}/<str:pk>/", details.view, {"manifest": manifest, "declared": entry},
                       name=name_of(entry.model))
            if "get_absolute_url" not in vars(entry.model):
                entry.model.get_absolute_url = detail_url  # type: ignore[attr-defined]
    own = {e.path for e in entries if isinstance(e, Page)}  # a page of this path stands instead of the kit's form
    for spec in actions.every():
        if spec.address.rsplit(".", 1)[0] == manifest.address and f"do/{spec.name}/" not in own:
            yield path(f"do/{spec.name}/", forms.view, {"address": spec.address}, name=f"do-{spec.name}")
    if entries and not any(isinstance(e, Page) and not e.path for e in entries):
        yield path("", _home(entries[0]), {"manifest": manifest, "declared": entries[0]}, name="home")
    yield from _protocols(manifest)


def _page(manifest: Manifest, entry: Page) -> URLPattern:
    view = guarded(right_of(manifest, entry), entry.view) if entry.right else entry.view
    name = "_".join(part for part in entry.path.split("/") if part and "<" not in part) or "home"
    return path(entry.path, view, name=name)


def _home(entry: Declared) -> Callable[..., HttpResponseBase]:
    """A subsystem's first entry is its home."""
    if isinstance(entry, List):
        return lists.view
    if isinstance(entry, Page):
        return lambda request, manifest, declared: guarded(right_of(manifest, declared), declared.view)(request)
    raise TypeError("the first entry of pages.py is a List or a Page")


def _protocols(manifest: Manifest) -> Iterator[URLPattern]:
    """Outside standards that a manifest speaks: protocols/<standard>.py with urlpatterns of its own."""
    folder = manifest.folder / "protocols"
    for module in iter_modules([str(folder)]) if folder.is_dir() else ():
        part = manifest.part(f"protocols.{module.name}")
        yield from getattr(part, "urlpatterns", [])


@cache
def every() -> list[tuple[Manifest, Declared]]:
    return [(manifest, entry) for manifest in registry.manifests() for entry in declared(manifest)]


def urlpatterns() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for manifest in registry.manifests():
        if patterns := list(_patterns(manifest)):
            found.append(path(manifest.path, include((patterns, manifest.label), manifest.label)))
    return found
