"""The search of the shell: by the words people say (or their pinyin), over pages, actions, clauses and rows."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from ludao.base import actions, finder, grams, registry, rights
from ludao.base.pages import lists, tables, urls
from ludao.base.pages.declare import Detail, Form, List, Page
from ludao.base.text import from_pair, t

ROWS = 6
Results = list[dict[str, Any]]


def find(request: HttpRequest, words: str) -> list[dict[str, Any]]:
    """Groups of results, each {title, icon, results: [{title, text, url}], more_url}; empty groups are left out."""
    groups = [
        *_found(request, words),
        {"title": t("页面", "Pages"), "icon": "layout-dashboard", "results": _pages(request, words)},
        {"title": t("可以办的事", "Things to do"), "icon": "pencil", "results": _actions(request, words)},
        *_rows(request, words),
        {"title": t("规划中的系统", "Systems of the plan"), "icon": "target", "results": _planned(request, words)},
    ]
    return [group for group in groups if group["results"]]


def _found(request: HttpRequest, words: str) -> list[dict[str, Any]]:
    """What pages find in their own way, before all else: it understands what people say."""
    groups = []
    for manifest, entry in urls.every():
        if not isinstance(entry, Page) or not entry.finds:
            continue
        url, right = urls.path_of(manifest, entry), urls.right_of(manifest, entry)
        if right and not rights.reach(request.actor, right):
            continue
        found = entry.finds(words, ROWS + 1)
        groups.append({
            "title": urls.title_of(manifest, entry), "icon": entry.icon,
            "results": [{"title": title, "text": text, "url": address} for title, text, address in found[:ROWS]],
            "more_url": f"{url}?{urlencode({'q': words})}" if len(found) > ROWS else "",
        })
    return groups


def _nearest(words: str, asked: Iterable[tuple[list[str], dict[str, Any]]]) -> Results:
    """What one of its texts is found by, or by all the words typed; the nearest first."""
    ranked = []
    for texts, result in asked:
        ranks = [finder.rank_of(words.casefold(), texts)]
        parts = [finder.rank_of(word, texts) for word in words.casefold().split()]
        ranks.append(3 if parts and None not in parts else None)
        if found := [rank for rank in ranks if rank is not None]:
            ranked.append((min(found), result))
    return [result for _, result in sorted(ranked, key=lambda pair: pair[0])]


def _pages(request: HttpRequest, words: str) -> Results:
    asked = []
    for manifest, entry in urls.every():
        url, right = urls.path_of(manifest, entry), urls.right_of(manifest, entry)
        if isinstance(entry, Detail | Form) or "<" in url or (right and not rights.reach(request.actor, right)):
            continue
        title = urls.title_of(manifest, entry)
        own = entry.words if isinstance(entry, Page) else ()
        texts = [*finder.both(title), *manifest.title.values(), manifest.clause, manifest.address,
                 *manifest.words, *own]
        asked.append((texts, {"title": title, "text": from_pair(manifest.title), "url": url}))
    return _nearest(words, asked)


def _actions(request: HttpRequest, words: str) -> Results:
    """Actions that can begin without a row."""
    return _nearest(words, (
        ([*finder.both(spec.title), spec.address],
         {"title": spec.title, "text": spec.lead, "url": lists.action_url(spec.address)})
        for spec in actions.every() if spec.subject is None and rights.reach(request.actor, spec.right)
    ))


def _planned(request: HttpRequest, words: str) -> Results:
    """Clauses of the plan and their systems, for those who serve the city; built or not yet."""
    if not request.actor.post:
        return []
    asked = []
    for number, clause in registry.clauses().items():
        systems = [from_pair(row) for row in clause["folders"].values()]
        texts = [number, clause["zh"], clause["en"], *clause["folders"]]
        texts += [words for row in clause["folders"].values() for words in (row["zh"], row["en"])]
        asked.append((texts, {"title": f"{number} {from_pair(clause)}", "text": " · ".join(map(str, systems)),
                              "url": f"/desk/#part-{number[0]}"}))
    return _nearest(words, asked)


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
        rows = entry.rows(rows) if entry.rows else rows
        rows = entry.find(rows, words) if entry.find else rows.filter(
            grams.condition(entry.model, list(entry.search), words))
        found = list(rows[: ROWS + 1])
        groups.append({
            "title": lists.title_of(entry), "icon": entry.icon,
            "results": [{"title": str(row), "text": from_pair(manifest.title), "url": tables.address_of(row)}
                        for row in found[:ROWS]],
            "more_url": f"{urls.path_of(manifest, entry)}?{urlencode({'q': words})}" if len(found) > ROWS else "",
        })
    return groups
