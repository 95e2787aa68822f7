"""The search of the shell: by the words people say, over pages and actions, then over the rows of lists."""

from typing import Any

from django.http import HttpRequest

from ludao.base import actions, grams, rights
from ludao.base.pages import lists, tables, urls
from ludao.base.pages.declare import Detail, Form, List, Page
from ludao.base.text import from_pair, t

ROWS = 6


def find(request: HttpRequest, words: str) -> list[dict[str, Any]]:
    """Groups of results, each {title, icon, results: [{title, text, url}], more_url}; empty groups are left out."""
    groups = [
        {"title": t("页面", "Pages"), "icon": "layout-dashboard", "results": _pages(request, words)},
        {"title": t("可以办的事", "Things to do"), "icon": "pencil", "results": _actions(request, words)},
        *_rows(request, words),
    ]
    return [group for group in groups if group["results"]]


def _says(words: str, *texts: str) -> bool:
    """Every word typed is in one of the texts, or one of the texts is in what was typed."""
    low = [text.lower() for text in texts if text]
    return all(any(word in text for text in low) for word in words.lower().split()) or any(
        text in words.lower() for text in low if len(text) > 1)


def _pages(request: HttpRequest, words: str) -> list[dict[str, Any]]:
    found = []
    for manifest, entry in urls.every():
        right = urls.right_of(manifest, entry)
        if isinstance(entry, Detail | Form) or "<" in urls.path_of(manifest, entry):
            continue
        if right and not rights.reach(request.actor, right):
            continue
        title = urls.title_of(manifest, entry)
        own = entry.words if isinstance(entry, Page) else ()
        if _says(words, str(title), manifest.title["zh"], manifest.title["en"], manifest.clause, manifest.address,
                 *manifest.words, *own):
            found.append({"title": title, "text": from_pair(manifest.title), "url": urls.path_of(manifest, entry)})
    return found


def _actions(request: HttpRequest, words: str) -> list[dict[str, Any]]:
    """Actions that can begin without a row."""
    return [
        {"title": spec.title, "text": spec.address, "url": lists.action_url(spec.address)}
        for spec in actions.every()
        if spec.subject is None and _says(words, str(spec.title), spec.address)
        and rights.reach(request.actor, spec.right)
    ]


def _rows(request: HttpRequest, words: str) -> list[dict[str, Any]]:
    """The first rows of every list that can be searched, within the person's reach."""
    groups = []
    for manifest, entry in urls.every():
        if not isinstance(entry, List) or not entry.search:
            continue
        right = urls.right_of(manifest, entry)
        if not rights.reach(request.actor, right):
            continue
        rows = rights.narrow(request.actor, right, entry.model._default_manager.all())
        found = list(rows.filter(grams.condition(entry.model, list(entry.search), words))[: ROWS + 1])
        groups.append({
            "title": lists.title_of(entry), "icon": entry.icon,
            "results": [{"title": str(row), "text": from_pair(manifest.title), "url": tables.address_of(row)}
                      for row in found[:ROWS]],
            "more_url": f"{urls.path_of(manifest, entry)}?q={words}" if len(found) > ROWS else "",
        })
    return groups
