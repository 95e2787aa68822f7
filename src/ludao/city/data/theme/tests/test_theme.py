"""Themes: what a definition may say, what a refresh leaves, how a mistake shows, and the way back."""

from collections.abc import Callable

import pytest
from django.test import Client

from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake
from ludao.city.data.theme import actions, refreshing
from ludao.city.data.theme.definition import CONTENT, check
from ludao.city.data.theme.models import Table

pytestmark = pytest.mark.usefixtures("city")
STEWARD = Actor(name="数管", organisation="xm-dsj", is_system=True)
TEXT = (CONTENT / "business" / "innovator.sql").read_text("utf-8")


@pytest.fixture
def table() -> Table:
    return Table.objects.select_related("theme").get(theme__key="business", name="innovator")


@pytest.mark.parametrize(("old", "new", "told"), [
    ("select r.certificate", "delete from x; select r.certificate", "一条"),
    ("source.science.recognition r", "source.science.recognitions r", "是不是"),
    ("r.kind, c.industry", "read_text('/etc/passwd') as kind, c.industry", "不能使用"),
    ("-- key: [certificate_number]", "-- key: [nothing]", "第"),
    ("fresh: weekly", "fresh: live", "fresh"),
])
def test_a_definition_that_does_not_hold_is_refused_in_words(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(Problem) as caught:
        check(TEXT.replace(old, new))
    assert told in str(caught.value)


def test_a_mistake_is_told_by_its_line_and_a_column_that_is_not_there_is_not_kept(table: Table) -> None:
    for wrong in ("r.kind, read_text('x') as industry", "r.kinds as kind, c.industry"):
        text = TEXT.replace("r.kind, c.industry", wrong)
        with pytest.raises(Problem) as caught:
            actions.save(STEWARD, table=table, text=text, note="试改")
        line, column = caught.value.more["line"], caught.value.more["column"]
        assert text.splitlines()[line - 1][column - 1 :].startswith(("read_text", "kinds", "r.kinds"))


def test_every_table_of_the_content_holds_rows_or_says_none(table: Table) -> None:
    every = list(Table.objects.select_related("theme"))
    assert len(every) >= 14 and all(t.light == "green" for t in every), [(t.name, t.error) for t in every]
    assert all(lake.describe(t.address).rows == t.records for t in every)
    assert sum(t.records or 0 for t in every) > 1000


def test_a_column_is_not_graded_below_what_it_is_taken_from(table: Table) -> None:
    text = (CONTENT / "epidemic" / "risk_group.sql").read_text("utf-8")
    loose = text.replace("phone: { zh: 联系电话, en: Phone, grade: sensitive, mask: phone }",
                         "phone: { zh: 联系电话, en: Phone, grade: public }")
    risk = Table.objects.get(theme__key="epidemic", name="risk_group")
    with pytest.raises(Problem) as caught:
        actions.save(STEWARD, table=risk, text=loose, note="改级别")
    assert "phone" in str(caught.value)


def test_the_lineage_leads_to_the_sources(table: Table) -> None:
    edges = catalogue.Edge.objects.filter(address=table.address, column="industry")
    assert {(e.from_address, e.from_column) for e in edges} == {("source.market.enterprise", "industry")}


def test_saved_refreshed_and_taken_back(table: Table) -> None:
    fewer = TEXT.replace("where r.expires_on is null or", "where r.certificate_number = 'none' and")
    actions.save(STEWARD, table=table, text=fewer, note="试一试")
    refreshing.refresh.now(STEWARD, about=table.address, table=table.pk, number=table.number)
    assert lake.describe(table.address).rows == 0
    first = table.definitions.order_by("number")[0]
    actions.restore(STEWARD, definition=first)
    table.refresh_from_db()
    assert table.number == 3 and table.definition.text == first.text


def test_a_failure_keeps_the_rows_and_tells_why(table: Table) -> None:
    before = lake.describe(table.address).rows
    bad = TEXT.replace("r.kind, c.industry", "cast(r.name as bigint) as kind, c.industry")
    actions.save(STEWARD, table=table, text=bad, note="会失败")
    with pytest.raises(Exception, match=r".+"):
        refreshing.refresh.now(STEWARD, about=table.address, table=table.pk, number=table.number)
    table.refresh_from_db()
    assert table.light == "red" and table.error and lake.describe(table.address).rows == before


def test_a_table_that_others_are_made_of_stays() -> None:
    base = Table.objects.get(theme__key="epidemic", name="immunity")
    with pytest.raises(Conflict):
        actions.retire(STEWARD, table=base, reason="不用了")


def test_the_steward_previews_before_saving(client_of: Callable[[str], Client], table: Table) -> None:
    client = client_of("shuguan")
    assert client.get(f"/data/theme/edit/{table.pk}/").status_code == 200
    shown = client.post("/data/theme/preview/", {"text": TEXT}).text
    assert "certificate_number" in shown
    assert "不能使用" in client.post("/data/theme/preview/", {
        "text": TEXT.replace("r.kind", "read_text('x') as kind")}).text
    assert client_of("lilei").get("/data/theme/").status_code == 404
