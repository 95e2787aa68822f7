"""A dataset says what it is in its file; it is read within the reader's reach, masked by grade, as of a moment."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from ludao.base import clock, datasets, registry, rights
from ludao.base.actor import Actor
from ludao.base.datasets import Dataset, HeaderError, Malformed, house, parse, views
from ludao.base.datasets.tables import Faulty, expand
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.models import AuditLine, Event, SavedView
from ludao.base.rights import EVERYWHERE, Reach, Span

LILEI = Actor(person="7", name="李雷")
STRANGER = Actor()
SYSTEM = Actor.system("test")

HEADER = """\
-- title: { zh: 常用视图, en: Saved views }
-- row: { zh: 一个人的一个视图, en: one view of one person }
-- key: [id]
-- fresh: live
-- scope: { person: person }
-- columns:
--   id: { zh: 编号, en: Id }
--   person: { zh: 人员, en: Person }
--   page: { zh: 页面, en: Page }
--   name: { zh: 名称, en: Name, grade: sensitive, mask: name }
--   query: { zh: 条件, en: Query }
"""
QUERY = "select v.id, v.person, v.page, v.name, nullif(v.query, '') as query from base_savedview v"
BASE = registry.by_address()["base"]


def dataset(header: str = HEADER, query: str = QUERY, name: str = "view_test") -> Dataset:
    return parse(f"{header}{query}\n", Path(f"datasets/{name}.sql"), BASE)


class Judge:
    """Who holds what, for these tests: right → reach."""

    def __init__(self, held: dict[str, Reach]) -> None:
        self.held = held

    def reach(self, actor: Actor, right: str) -> Reach:
        return self.held.get(right, ()) if actor.person else ()

    def decide(self, actor: Actor, right: str, thing: object = None) -> rights.Decision:
        return rights.Decision(bool(self.reach(actor, right)))


@pytest.fixture
def holding() -> Iterator[Callable[[dict[str, Reach]], None]]:
    before = rights._judge
    yield lambda held: rights.install(Judge(held))
    rights.install(before)


@pytest.fixture
def rows(db: None) -> list[SavedView]:
    made = [("7", "/a/", "李雷的视图", ""), ("7", "/b/", "Li's 100%", "x=1"), ("8", "/a/", "韩梅梅", "x=2"),
            ("8", "/c/", "a_b", ""), ("9", "/c/", "韩", "x=1")]
    return [SavedView.objects.create(person=p, page=g, name=n, query=q) for p, g, n, q in made]


# — the header —


def test_a_header_says_what_one_row_is() -> None:
    found = dataset()
    assert (found.address, found.view, found.right) == ("base.view_test", "dataset_base_view_test", "base.read")
    assert found.scope == rights.Scope(person="person")
    assert found.column("name").mask == "name" and found.column("id").grade == "internal"
    assert str(found.title) == "常用视图"


@pytest.mark.parametrize(("change", "line", "says"), [
    (("-- key: [id]", "-- key: [nummer]"), 3, "key column nummer is not in `columns`"),
    (("-- key: [id]", "-- key: [name]"), 3, "key column name is sensitive"),
    (("-- key: [id]\n", ""), 1, "`key` is missing"),
    (("-- fresh: live", "-- fresh: sometimes"), 4, "must be one of live, hourly"),
    (("person: person }", "person: persona }"), 5, "names persona, which is not in `columns`"),
    (("-- fresh", "-- feesh"), 4, "unknown word feesh"),
    (("mask: name", "mask: nase"), 10, "no mask nase"),
    (("grade: sensitive", "grade: hidden"), 10, "grade hidden must be one of"),
    (("--   query:", "--   quer:"), 11, "column quer is not in the query"),
    (("--   query: { zh: 条件, en: Query }\n", ""), 11, "the query's column query is not described"),
    (("as query from", "as limit_ from"), 11, "column query is not in the query"),
    (("--   page: {", "--   page: [{"), 9, "the header is not YAML"),
    (("zh: 页面, en: Page", "zh: 页面, english: Page"), 9, "unknown word english"),
    (("select v.id, v.person", "select v.*, v.person"), 12, "says *"),
    (("select v.id", "selec v.id"), 12, "cannot be read"),
    (("-- title: { zh: 常用视图, en: Saved views }", "-- title: { zh: 常用视图 }"), 1, "both languages"),
])
def test_a_wrong_file_is_reported_with_its_line(change: tuple[str, str], line: int, says: str) -> None:
    text = (HEADER + QUERY).replace(*change)
    with pytest.raises(HeaderError) as error:
        parse(text, Path("datasets/x.sql"), BASE)
    assert str(error.value).startswith(f"datasets/x.sql:{line}: ")
    assert says in str(error.value)


def test_a_column_may_not_have_a_word_of_the_api() -> None:
    with pytest.raises(HeaderError, match="another meaning"):
        dataset(HEADER.replace("--   query:", "--   after:"), QUERY.replace("as query", "as after"))


@pytest.mark.parametrize("query", [
    "with gone as (delete from base_savedview returning *) select id, person, page, name, query from gone",
    QUERY + "; select 1",
    QUERY + " for update",
    "update base_savedview set name = 'x'",
])
def test_a_dataset_only_reads(query: str) -> None:
    with pytest.raises(HeaderError):
        dataset(query=query)


def test_a_query_stands_over_its_own_tables() -> None:
    with pytest.raises(Faulty, match="django_session is not a table of base"):
        expand(dataset(query=QUERY + " where exists (select 1 from django_session s)"))
    with pytest.raises(Faulty, match="does not declare that it reads data.other.thing"):
        expand(dataset(query=QUERY + " where exists (select 1 from data.other.thing)"))


def test_rows_that_belong_to_somebody_need_a_word_on_it() -> None:
    silent = dataset(HEADER.replace("-- scope: { person: person }\n", ""))
    assert "scope: none" in str(next(house._faults_of(silent)))
    assert not list(house._faults_of(dataset()))


def test_every_dataset_of_the_house_is_right() -> None:
    assert not datasets.faults()


@pytest.mark.django_db
def test_every_dataset_of_the_house_yields_exactly_its_columns() -> None:
    for one in datasets.every():
        assert list(datasets.kinds_of(one)) and set(datasets.kinds_of(one)) == {c.name for c in one.columns}, one.path


# — reading —


def names(page: datasets.Page) -> list[object]:
    return [row["name"] for row in page.rows]


def test_whoever_has_no_right_finds_nothing(rows: list[SavedView], holding: Callable) -> None:
    holding({})
    with pytest.raises(Refused):
        datasets.read(dataset(), LILEI)
    with pytest.raises(Refused):
        datasets.stream(dataset(), LILEI)


def test_rows_end_where_the_right_ends(rows: list[SavedView], holding: Callable) -> None:
    holding({"base.read": (Span(person="7"),)})
    assert {row["person"] for row in datasets.read(dataset(), LILEI).rows} == {"7"}
    holding({"base.read": (Span(person="7"), Span(person="9"))})
    assert {row["person"] for row in datasets.read(dataset(), LILEI).rows} == {"7", "9"}
    holding({"base.read": (Span(organisations=frozenset({"X"}), is_strict=True),)})
    assert not datasets.read(dataset(), LILEI).rows
    holding({"base.read": (Span(organisations=frozenset({"X"})),)})
    assert len(datasets.read(dataset(), LILEI).rows) == 5


def test_areas_reach_their_subtree(rows: list[SavedView], holding: Callable) -> None:
    by_area = dataset(HEADER.replace("{ person: person }", "{ area: page, organisation: person }"))
    holding({"base.read": (Span(areas=("/a",), organisations=frozenset({"7", "8"})), Span(areas=("/b/",)))})
    assert [(r["page"], r["person"]) for r in datasets.read(by_area, LILEI).rows] == [
        ("/a/", "7"), ("/b/", "7"), ("/a/", "8")]
    holding({"base.read": (Span(areas=()),)})
    assert not datasets.read(by_area, LILEI).rows


@pytest.mark.parametrize(("filters", "expected"), [
    ({"page": "/a/"}, 2), ({"page__in": ["/a/", "/c/"]}, 4), ({"page__gte": "/b/"}, 3), ({"page__lte": "/b/"}, 3),
    ({"name__contains": "%"}, 1), ({"name__contains": "_"}, 1), ({"name__contains": "韩"}, 2),
    ({"name__contains": "LI'S"}, 1), ({"query__isnull": "true"}, 2), ({"query__isnull": False, "page": "/c/"}, 1),
    ({"id__gte": "99999999999999999"}, 0), ({"page": "'; drop table base_savedview; --"}, 0),
])
def test_filters_by_column(rows: list[SavedView], filters: dict, expected: int) -> None:
    assert len(datasets.read(dataset(), SYSTEM, filters=filters, purpose="test").rows) == expected


@pytest.mark.parametrize(("asked", "says"), [
    ({"filters": {"pag": "/a/"}}, "page"), ({"filters": {"id__contains": "1"}}, "no filter id__contains"),
    ({"filters": {"id": "one"}}, "whole number"), ({"filters": {"id": "１"}}, "whole number"),
    ({"filters": {"page": "a\x00"}}, "usable text"), ({"order": ["-idd"]}, "“id”"), ({"columns": ["nam"]}, "“name”"),
    ({"limit": 0}, "1 to 1000"), ({"limit": 1001}, "1 to 1000"), ({"filters": {"page__in": []}}, "1 to 200"),
])
def test_what_is_asked_wrongly_is_refused_by_name(rows: list[SavedView], asked: dict, says: str) -> None:
    with translation.override("en"):
        with pytest.raises(Malformed) as error:
            datasets.read(dataset(), SYSTEM, purpose="test", **asked)
        assert says in str(error.value)


def test_several_mistakes_are_told_at_once(rows: list[SavedView]) -> None:
    with pytest.raises(Problems) as error:
        datasets.read(dataset(), SYSTEM, filters={"x": "1", "y": "2"}, order=["z"])
    assert [p.field for p in error.value.problems] == ["order", "x", "y"]


def test_a_number_beyond_the_database_is_the_readers_to_mend(rows: list[SavedView]) -> None:
    found = datasets.read(dataset(), SYSTEM, filters={"id": 10**30})
    assert not found.rows


def test_columns_may_be_chosen(rows: list[SavedView]) -> None:
    assert list(datasets.read(dataset(), SYSTEM, columns=["page", "query"]).rows[0]) == ["page", "query"]


ORDERS = st.lists(st.sampled_from(["id", "person", "page", "name", "query"]), unique=True, max_size=3).flatmap(
    lambda names: st.tuples(*(st.sampled_from([name, f"-{name}"]) for name in names)))
VALUES = st.tuples(st.sampled_from("789"), st.sampled_from(["/a/", "/b/"]), st.text("ab|韩'", max_size=2))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(made=st.lists(VALUES, max_size=14), order=ORDERS, limit=st.integers(1, 5))
def test_pages_in_any_order_give_every_row_once(made: list, order: tuple[str, ...], limit: int) -> None:
    SavedView.objects.all().delete()
    for number, (person, page, query) in enumerate(made):
        SavedView.objects.create(person=person, page=page, name=str(number), query=query)
    found, after = [], ""
    while True:
        page = datasets.read(dataset(), SYSTEM, order=order, after=after, limit=limit, purpose="test")
        assert len(page.rows) <= limit
        found += page.rows
        if not (after := page.next):
            break
    whole = datasets.read(dataset(), SYSTEM, order=order, limit=1000, purpose="test").rows
    assert found == whole and len({row["id"] for row in found}) == len(made)


def test_a_cursor_serves_its_own_question_only(rows: list[SavedView]) -> None:
    cursor = datasets.read(dataset(), SYSTEM, limit=1).next
    changed = cursor[:20] + ("A" if cursor[20] != "A" else "B") + cursor[21:]
    for wrong, order in ((cursor, ["page"]), (changed, []), ("x", []), ("", ["id"])):
        if wrong:
            with pytest.raises(Problem, match="翻页位置"):
                datasets.read(dataset(), SYSTEM, after=wrong, order=order)
    assert len(cursor) < 200


def test_the_first_page_costs_what_a_deep_page_costs(db: None) -> None:
    """Both walk the index from their place: no sort, no count, no walk over what lies before."""
    with connection.cursor() as cursor:
        cursor.execute("insert into base_event (address, facts, request_id, person) "
                       "select 'base.x', '{}', '', '' from generate_series(1, 20000)")
        cursor.execute("analyze base_event")
    events = dataset(HEADER.replace("-- scope: { person: person }\n", "").replace("name:", "address:").replace(
        "--   page: { zh: 页面, en: Page }\n", "").replace("--   query: { zh: 条件, en: Query }\n", ""),
        "select id, person, address from base_event", "event_test")
    first = datasets.read(events, SYSTEM, limit=10, filters={"id__gte": "1"})
    last = Event.objects.order_by("-pk").values_list("pk", flat=True)[50]
    start = datasets.read(events, SYSTEM, limit=1, filters={"id__gte": str(last)}).next
    for cursor_text in (first.next, start):
        from ludao.base.datasets import asking, conditions

        asked = asking.ask(events)
        condition = conditions.beyond(asked, cursor_text)
        with connection.cursor() as cursor:
            cursor.execute(f"explain select * from ({expand(events)}) r where {condition} order by "
                           f"{conditions.ordering(asked)} limit 10", asked.parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Index" in plan and "Sort" not in plan, plan


# — grades —


def test_sensitive_values_are_masked_until_a_purpose_is_named(rows: list[SavedView], holding: Callable) -> None:
    holding({"base.read": EVERYWHERE, "base.unmask": EVERYWHERE})
    masked = datasets.read(dataset(), LILEI)
    assert masked.masked == ("name",) and names(masked)[2] == "韩**"
    assert not AuditLine.objects.exists()
    plain = datasets.read(dataset(), LILEI, purpose="核对名单")
    assert plain.masked == () and names(plain)[2] == "韩梅梅"
    [line] = AuditLine.objects.all()
    assert (line.person, line.address, line.purpose) == ("7", "base.view_test", "核对名单")
    assert line.detail["columns"] == ["name"] and line.detail["rows"] == 5


def test_a_purpose_without_the_right_opens_nothing(rows: list[SavedView], holding: Callable) -> None:
    holding({"base.read": EVERYWHERE})
    assert datasets.read(dataset(), LILEI, purpose="好奇").masked == ("name",)
    for asked in ({"filters": {"name": "韩梅梅"}}, {"order": ["name"]}, {"filters": {"name__contains": "韩"}}):
        with pytest.raises(Problem, match="敏感"):
            datasets.read(dataset(), LILEI, purpose="好奇", columns=["id"], **asked)
    assert not AuditLine.objects.exists()


def test_values_open_row_by_row_as_far_as_unmasking_reaches(rows: list[SavedView], holding: Callable) -> None:
    holding({"base.read": EVERYWHERE, "base.unmask": (Span(person="8"),)})
    found = datasets.read(dataset(), LILEI, purpose="回访")
    assert {row["name"] for row in found.rows if row["person"] == "8"} == {"韩梅梅", "a_b"}
    assert {row["name"] for row in found.rows if row["person"] != "8"} == {"李****", "L*** 1***", "*"}
    assert found.masked == ("name",)
    by_name = datasets.read(dataset(), LILEI, filters={"name__contains": "韩"}, purpose="回访")
    assert [row["person"] for row in by_name.rows] == ["8"]


def test_the_audit_line_of_a_filter_does_not_tell_the_value(rows: list[SavedView], holding: Callable) -> None:
    holding({"base.read": EVERYWHERE, "base.unmask": EVERYWHERE})
    datasets.read(dataset(), LILEI, filters={"name": "韩梅梅"}, purpose="回访")
    assert AuditLine.objects.get().detail["filters"] == {"name": "韩**"}


def test_secret_columns_are_given_only_when_named(rows: list[SavedView], holding: Callable) -> None:
    holding({"base.read": EVERYWHERE, "base.unmask": EVERYWHERE})
    secret = dataset(HEADER.replace("grade: sensitive, mask: name", "grade: secret"))
    assert "name" not in datasets.read(secret, LILEI, purpose="核对").rows[0]
    assert datasets.read(secret, LILEI, columns=["name"]).rows[0]["name"] == "****"
    assert datasets.read(secret, LILEI, columns=["name"], purpose="核对").rows[0]["name"] == "李雷的视图"


# — the past —


@pytest.mark.django_db(transaction=True)
def test_a_dataset_reads_as_of_a_moment() -> None:
    before = clock.now() - timedelta(days=1)
    view = SavedView.objects.create(person="7", page="/a/", name="first", query="x")
    time.sleep(0.01)
    then = clock.now()
    time.sleep(0.01)
    SavedView.objects.filter(pk=view.pk).update(name="second")
    SavedView.objects.create(person="8", page="/b/", name="new")
    moving = dataset(query=QUERY + " where v.id > 0 and now() > timestamptz '2020-01-01' and v.name like '%%'"
                     .replace("%%", "%"))
    for one in (dataset(), moving):
        assert names(datasets.read(one, SYSTEM, as_of=then, purpose="t")) == ["first"]
        assert names(datasets.read(one, SYSTEM, as_of=clock.now(), purpose="t")) == ["second", "new"]
        assert names(datasets.read(one, SYSTEM, purpose="t")) == ["second", "new"]
    for moment, says in ((before, "历史自"), (clock.now() + timedelta(minutes=1), "将来")):
        with pytest.raises(Problem, match=says):
            datasets.read(dataset(), SYSTEM, as_of=moment)
    page = datasets.read(dataset(), SYSTEM, as_of=clock.now(), limit=1)
    with pytest.raises(Problem, match="翻页位置"):
        datasets.read(dataset(), SYSTEM, after=page.next, as_of=then)


@pytest.mark.django_db(transaction=True)
def test_a_table_without_a_past_says_so() -> None:
    SavedView.objects.create(person="7", page="/a/", name="first")
    lines = dataset(query="select id, person, channel as page, name, purpose as query from base_auditline")
    with pytest.raises(Problem, match="the past of base_auditline is not kept"):
        datasets.read(lines, SYSTEM, as_of=clock.now(), columns=["id"])


def test_the_querys_day_is_the_day_of_shanghai(db: None) -> None:
    one = dataset(HEADER, "select 1 as id, current_date::text as person, '' as page, '' as name, 'now()' as query")
    row = datasets.read(one, SYSTEM).rows[0]
    assert row["person"] == clock.today().isoformat() and row["query"] == "now()"


# — streams, views, others' datasets —


def test_all_rows_stream_from_a_cursor_on_the_server(rows: list[SavedView], holding: Callable) -> None:
    holding({"base.read": (Span(person="8"),), "base.unmask": EVERYWHERE})
    columns, found = datasets.stream(dataset(), LILEI, columns=["id", "name"], order=["-id"], purpose="t")
    assert columns == ("id", "name") and [row["name"] for row in found] == ["a_b", "韩梅梅"]
    assert AuditLine.objects.get().address == "base.view_test"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The house with one more dataset, and a neighbour that reads it."""
    own = dataset()
    neighbour = registry.Manifest("assurance.near", "city", Path(), {}, reads=("base.view_test",))
    stranger = registry.Manifest("assurance.far", "city", Path(), {})
    known = {**registry.by_address(), "assurance.near": neighbour, "assurance.far": stranger}
    monkeypatch.setattr(house, "_all", lambda: {own.address: own})
    monkeypatch.setattr(registry, "by_address", lambda: known)
    yield


def test_a_subsystem_reads_others_by_address(rows: list[SavedView], published: None) -> None:
    sql = ("select w.page, count(*) as number from base.view_test w where w.query like 'x=%%' and w.id >= %(least)s"
           " group by 1 order by 1")
    assert views.query(sql, {"least": rows[1].pk}, reader="assurance.near") == [
        {"page": "/a/", "number": 1}, {"page": "/b/", "number": 1}, {"page": "/c/", "number": 1}]
    assert views.query("select view_test.id from base.view_test", reader="assurance.near")
    with pytest.raises(Faulty, match="does not declare that it reads base.view_test"):
        views.query(sql, {"least": 1}, reader="assurance.far")
    with pytest.raises(Faulty, match="not a table of assurance.near"):
        views.query("select 1 from base_savedview", reader="assurance.near")


def test_a_live_dataset_is_a_view(rows: list[SavedView], published: None) -> None:
    views.install()
    views.install()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from dataset_base_view_test")
        assert cursor.fetchone()[0] == 5
        views.make_way(plan=[SimpleNamespace()])
        cursor.execute("select count(*) from pg_class where relname = 'dataset_base_view_test'")
        assert cursor.fetchone()[0] == 0


def test_no_error_here_is_a_traceback() -> None:
    assert issubclass(Malformed, LudaoError) and Malformed.status == 400
