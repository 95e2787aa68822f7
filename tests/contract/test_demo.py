"""The demonstration city: loading a second time changes nothing, in any table of ours."""

from collections.abc import Callable

from django.apps import apps
from django.db import connection

from ludao.base import registry
from ludao.base.actor import Actor
from ludao.base.testing.plugin import SCALE

COUNT = "select count(*), coalesce(sum(hashtextextended(r::text, 0)), 0) from {} r"


def state() -> dict[str, tuple[int, int]]:
    """Every table of ours: how many rows, and a sum over their contents."""
    labels = {m.label for m in registry.manifests()}
    tables = sorted(m._meta.db_table for m in apps.get_models(include_auto_created=True)
                    if m._meta.app_label in labels and m._meta.managed)
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(COUNT.format(connection.ops.quote_name(table)))
            found[table] = cursor.fetchone()
    return found


def test_loading_twice_changes_nothing(fresh_city: None, deliver_all: Callable[[], int]) -> None:
    before = state()
    actor = Actor.system("demonstration", channel="demo")
    changed = {}
    for manifest in registry.manifests():
        if part := manifest.part("demo"):
            part.load(actor, SCALE)
            after = state()
            changed[manifest.address] = sorted(t for t in after if after[t] != before[t])
            before = after
    assert changed == dict.fromkeys(changed, [])
    assert deliver_all() == 0
