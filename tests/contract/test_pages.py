"""Every declared page: opens for whoever may, does not exist for a stranger, speaks two languages, asks little SQL."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from ludao.base import registry, rights
from ludao.base.pages import lists, urls
from ludao.base.pages.declare import Detail, Form, List, Page
from ludao.base.registry import Manifest

from .conftest import OFFICE, STRANGER
from .words import chinese_in

MOST_SQL = 20
EVERY = [(m, e) for m, e in urls.every() if not isinstance(e, Page) or "<" not in e.path]
NAMES = [urls.path_of(m, e) for m, e in EVERY]
LISTS = [(m, e) for m, e in EVERY if isinstance(e, List)]
every_page = pytest.mark.parametrize("manifest, entry", EVERY, ids=[f"{m.address}:{n}" for (m, _), n in
                                                                    zip(EVERY, NAMES, strict=True)])
every_list = pytest.mark.parametrize("manifest, entry", LISTS, ids=[f"{m.address}:{urls.path_of(m, e)}"
                                                                    for m, e in LISTS])
Holder = Callable[..., Client]
ActorWho = Callable[..., Any]


def address(manifest: Manifest, entry: Any, actor: Any) -> str:
    """Where the page stands; a detail needs a row that the actor sees."""
    path = urls.path_of(manifest, entry)
    if not isinstance(entry, Detail):
        return path
    rows = rights.narrow(actor, urls.right_of(manifest, entry), entry.model._default_manager.all())
    row = rows.order_by("-pk").first()
    if row is None:
        pytest.skip(f"the demonstration city has no {entry.model.__name__}: give {manifest.address}/demo.py one")
    return path.replace("<pk>", str(row.pk))


@every_page
def test_opens_for_whoever_may(manifest: Manifest, entry: Any, holder: Holder, actor_who: ActorWho) -> None:
    right = urls.right_of(manifest, entry)
    client = holder(right)
    where = address(manifest, entry, actor_who(right))
    for _ in range(2):  # what a process remembers is read once; a page is judged by what it asks from then on
        with CaptureQueriesContext(connection) as asked:
            response = client.get(where)
        if len(asked) <= MOST_SQL:
            break
    assert response.status_code in (200, 302), response.content[-2000:]
    if response.status_code == 302:
        assert isinstance(entry, Page), "only a page of its own may lead elsewhere"
    assert len(asked) <= MOST_SQL, "\n".join(q["sql"][:160] for q in asked.captured_queries)


@every_page
def test_does_not_exist_for_a_stranger(manifest: Manifest, entry: Any, holder: Holder, actor_who: ActorWho,
                                       client_of: Callable[[str], Client]) -> None:
    right = urls.right_of(manifest, entry)
    open_to = set(registry.rights().get(right, ("anyone",)))
    where = address(manifest, entry, actor_who(right))
    strangers = {"": {"anyone"}, STRANGER: {"anyone", "person"}}
    for login, roles in strangers.items():
        response = client_of(login).get(where)
        if roles & open_to:
            assert response.status_code in (200, 302, 404)
        else:
            assert response.status_code == 404, f"{login or 'nobody'} sees {where}"
            assert login or "/identity/login/" in response.text, "whoever is not signed in is shown the way to do it"


@every_page
def test_speaks_both_languages(manifest: Manifest, entry: Any, holder: Holder, actor_who: ActorWho) -> None:
    right = urls.right_of(manifest, entry)
    client = holder(right)
    where = address(manifest, entry, actor_who(right))
    chinese = client.get(where)
    client.cookies["ludao_language"] = "en"
    english = client.get(where)
    if not chinese.headers.get("Content-Type", "").startswith("text/html") or chinese.status_code == 302:
        return
    if "<html" not in chinese.text:
        pytest.skip("a fragment is read in the page where it stands")
    assert 'lang="en' in english.text[:400] and 'lang="zh' in chinese.text[:400]
    assert chinese_in(chinese.text), "a Chinese page says something in Chinese"
    assert chinese_in(english.text) == []


@every_list
def test_asks_no_more_sql_for_more_rows(manifest: Manifest, entry: List, actor_who: ActorWho) -> None:
    """One row on the page or a page full of them: the same number of statements."""
    actor = actor_who(urls.right_of(manifest, entry))
    counts = {size: queries(manifest, replace(entry, size=size), actor) for size in (1, entry.size)}
    assert counts[entry.size] <= counts[1], counts


@every_list
def test_an_officer_costs_no_more_than_an_administrator(manifest: Manifest, entry: List, actor_who: ActorWho) -> None:
    """Permissions are query filters: somebody who sees a part asks as many statements as who sees all."""
    right = urls.right_of(manifest, entry)
    given = [role for role in registry.rights()[right] if role not in ("anyone", "person", "staff", "enterprise")]
    if not given:
        pytest.skip("nobody is given this right; it comes with being signed in")
    officer = queries(manifest, entry, actor_who(right, within=OFFICE))
    assert officer <= queries(manifest, entry, actor_who(right))


def queries(manifest: Manifest, entry: List, actor: Any) -> int:
    request = RequestFactory().get(urls.path_of(manifest, entry))
    request.actor = actor  # type: ignore[attr-defined]
    request.htmx = False  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as asked:
        table = lists._Found(request, manifest, entry, urls.right_of(manifest, entry)).context()["table"]
        for row in table.rows:
            [str(cell) for _, cell in row.items()]
    return len(asked)


@pytest.mark.parametrize("manifest", registry.manifests(), ids=lambda m: m.address)
def test_every_form_of_the_table_is_an_action(manifest: Manifest) -> None:
    for entry in urls.declared(manifest):
        for name in (*getattr(entry, "actions", ()), *getattr(entry, "bulk", ()),
                     *([entry.action] if isinstance(entry, Form) else [])):
            from ludao.base import actions

            assert actions.get(lists.full_address(manifest, name))
