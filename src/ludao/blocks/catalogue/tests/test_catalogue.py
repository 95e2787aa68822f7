"""A department's table in the catalogue: entered, graded, scored, traced, and read only by whom it is meant for."""

from datetime import timedelta

import pyarrow as pa
import pytest

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.conditions import condition
from ludao.blocks.catalogue.tracing import trace
from ludao.blocks.identity.public import Person, Post
from ludao.blocks.lake import public as lake

pytestmark = pytest.mark.django_db
ADDRESS = "source.test.resident"
CONTRACT = {
    "address": ADDRESS, "title": {"zh": "测试人口", "en": "Test residents"}, "row": {"zh": "一人", "en": "one person"},
    "owner": "xm-gaj", "system": {"zh": "测试", "en": "Test"}, "key": ["id_number"], "at": "updated_at",
    "promise": "daily", "scope": {"area": "area_code"},
    "columns": {
        "id_number": {"zh": "身份证号", "en": "Id", "means": "id_number", "grade": "sensitive", "mask": "id_number",
                      "required": True},
        "name": {"zh": "姓名", "en": "Name", "means": "person_name", "grade": "sensitive", "mask": "name"},
        "area_code": {"zh": "区划", "en": "Area", "means": "area_code", "grade": "public"},
        "note": {"zh": "备注", "en": "Note", "grade": "secret"},
        "updated_at": {"zh": "更新", "en": "Updated", "type": "timestamp"},
    },
    "rules": [{"name": "named", "zh": "有姓名", "en": "Named", "kind": "completeness", "says": "name is not null"}],
}


@pytest.fixture
def entry():
    made = catalogue.register(CONTRACT)
    rows = pa.table({
        "id_number": ["359903199001010018", "359903199001010010"], "name": ["李雷", None],
        "area_code": ["350203", "350205"], "note": ["甲", "乙"], "updated_at": [clock.now(), clock.now()],
    })
    if not lake.exists(ADDRESS):
        lake.create(ADDRESS, rows.schema, key=("id_number",))
        lake.append(ADDRESS, rows)
    return made


def acting(username: str, **more) -> Actor:
    person, _ = Person.objects.get_or_create(username=f"t-{username}", defaults={"name": "陈区"})
    post, _ = Post.objects.get_or_create(person=person, organisation_id="xm-350203", title="科员")
    return Actor(person=str(post.person_id), name=post.person.name, post=str(post.pk),
                 organisation=post.organisation_id, area=post.area_id or "", **more)


def test_entering_twice_changes_nothing_and_a_confirmed_grade_stays(entry):
    column = entry.columns.get(name="area_code")
    catalogue.grade(Actor.system("t"), column, "internal", why="内部使用")
    catalogue.register({**CONTRACT, "promise": "weekly"})
    entry.refresh_from_db()
    assert (entry.promise, entry.columns.get(name="area_code").grade) == ("weekly", "internal")
    assert entry.grade == "secret" and entry.columns.count() == 5


def test_default_deny_public_columns_and_permits(entry):
    stranger, officer = Actor(), acting("chenqu")
    assert catalogue.allowed(stranger, ADDRESS) is None
    assert catalogue.allowed(officer, ADDRESS).columns == ("area_code",)
    given = catalogue.permit(ADDRESS, "xm-350203", ["id_number", "name", "note"], "核验", clock.today(),
                             plain=["name"])
    seen = catalogue.allowed(officer, ADDRESS)
    assert seen.columns == ("id_number", "name", "area_code")
    assert seen.masks == {"id_number": "id_number", "name": "name"}
    assert catalogue.allowed(officer, ADDRESS, "核验").masks == {"id_number": "id_number"}
    catalogue.revoke(given)
    assert catalogue.allowed(officer, ADDRESS).columns == ("area_code",)


def test_a_permit_ends(entry):
    catalogue.permit(ADDRESS, "xm-350203", ["name"], "核验", clock.today() - timedelta(days=1))
    assert catalogue.allowed(acting("chenqu"), ADDRESS).columns == ("area_code",)


def test_a_load_is_scored_in_five_dimensions(entry):
    check = catalogue.loaded(ADDRESS, run="1", rows_in=2, good=2, bad=0, version=1)
    assert check.records == 2 and float(check.completeness) == 75.0
    broken = {s.name: s.broken for s in check.scores.all()}
    assert broken["id_number_form"] >= 1 and broken["named"] == 1 and broken["key_unique"] == 0
    again = catalogue.loaded(ADDRESS, run="1", rows_in=2, good=2, bad=0, version=1)
    assert again.pk == check.pk and check.scores.count() == again.scores.count()


def test_profiles_tell_no_guarded_value(entry):
    catalogue.profile.now(Actor.system("t"), about=ADDRESS, address=ADDRESS)
    name = entry.profiles.get(column="name")
    assert (name.rows, name.empty, name.top, name.low) == (2, 1, [], "")
    assert entry.profiles.get(column="area_code").top == [["350203", 1], ["350205", 1]]


def test_columns_are_traced_and_lifted_to_their_inputs(entry):
    catalogue.register({"address": "data.test.out", "title": {"zh": "派生", "en": "Out"}, "columns": {
        "who": {"zh": "人", "en": "who", "grade": "public"}, "n": {"zh": "数", "en": "n", "grade": "public"}}})
    catalogue.derived("data.test.out", sql=f"with a as (select r.name as who, r.area_code from {ADDRESS} r)"
                      " select who, count(area_code) as n from a group by who", by="test")
    assert catalogue.get("data.test.out").columns.get(name="who").grade == "sensitive"
    assert catalogue.get("data.test.out").grade == "sensitive"
    edges = {(e.column, e.from_column) for e in catalogue.Edge.objects.filter(address="data.test.out")}
    assert edges == {("who", "name"), ("n", "area_code")}
    who = catalogue.get("data.test.out").columns.get(name="who")
    with pytest.raises(Problem):
        catalogue.grade(Actor.system("t"), who, "internal", why="试")
    catalogue.grade(Actor.system("t"), who, "internal", why="试", masks_what="只留姓氏")
    assert catalogue.get("data.test.out").grade == "internal"


@pytest.mark.parametrize(("sql", "found"), [
    ("select a.x from one.two.three a", {"x": [("one.two.three", "x")]}),
    ("select x, y from one.two.three join four.five.six using (k)",
     {"x": [("one.two.three", "x")], "y": [("four.five.six", "y")]}),
    ("select coalesce(three.x, six.y) as z from one.two.three left join four.five.six on three.k = six.k",
     {"z": [("one.two.three", "x"), ("four.five.six", "y")]}),
    ("select x from one.two.three union all select y from four.five.six",
     {"x": [("one.two.three", "x"), ("four.five.six", "y")]}),
])
def test_lineage_is_read_from_sql(sql, found):
    schemas = {"one.two.three": ["k", "x"], "four.five.six": ["k", "y"]}
    assert {k: sorted(v) for k, v in trace(sql, schemas).items()} == {k: sorted(v) for k, v in found.items()}


def test_check_digits_are_checked_in_sql():
    from random import Random

    from ludao.base.identifiers import invent_credit_code, invent_resident_id

    number = invent_resident_id(Random(1), clock.today())
    code = invent_credit_code(Random(1))
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    for value, asked, right in ((number, "is_id_number", True), (wrong, "is_id_number", False),
                                (code, "is_credit_code", True), (code[::-1], "is_credit_code", False),
                                ("15400001234", "is_phone", True), ("123", "is_phone", False)):
        says = condition(f"{asked}(v)", ["v"])
        assert lake.sql(f"select {says} as ok from (select $v as v)", {"v": value}).rows()[0]["ok"] is right


def test_every_dataset_of_the_house_is_an_entry():
    from ludao.base import datasets

    told = catalogue.sync()
    assert told["datasets"] == len(datasets.every())
    assert catalogue.get("assurance.plan.item").columns.exists()
    edges = catalogue.Edge.objects.filter(address="assurance.plan.item", by="datasets")
    assert edges.exists()


def test_uses_are_counted_by_day():
    actor = acting("chenqu")
    for _ in range(3):
        catalogue.used(ADDRESS, ["name"], actor, "核验", 2, by="test")
    use = catalogue.Use.objects.get(address=ADDRESS, by="test")
    assert (use.times, use.rows, use.columns) == (3, 6, ["name"])


def test_a_rule_that_cannot_be_asked_is_told(entry):
    catalogue.register({**CONTRACT, "rules": [{"name": "lost", "zh": "列已失", "kind": "validity",
                                               "says": "gone is not null"}]})
    told = catalogue.unasked(catalogue.get(ADDRESS))
    assert [rule.name for rule, _ in told] == ["lost"] and "gone" in told[0][1]


def test_what_is_late_loses_points_before_its_next_load(entry):
    check = catalogue.loaded(ADDRESS, run="1", rows_in=2, good=2, bad=0, version=1)
    catalogue.Entry.objects.filter(pk=ADDRESS).update(loaded_at=clock.now() - timedelta(days=5))
    catalogue.overdue()
    catalogue.overdue()
    entry.refresh_from_db()
    fallen = entry.checks.first()
    assert entry.checks.count() == 2 and fallen.timeliness < check.timeliness and entry.quality < check.quality
    assert (fallen.completeness, fallen.records) == (check.completeness, 2)


def test_a_table_that_changed_much_is_profiled_again(entry):
    from ludao.base.models import Work

    catalogue.loaded(ADDRESS, run="1", rows_in=2, good=2, bad=0, version=1)
    assert Work.objects.filter(address="catalogue.profile", about=ADDRESS).count() == 1
    catalogue.profile.now(Actor.system("t"), about=ADDRESS, address=ADDRESS)
    catalogue.loaded(ADDRESS, run="2", rows_in=0, good=0, bad=0, version=1)
    assert Work.objects.filter(address="catalogue.profile", about=ADDRESS).count() == 2  # the start and the `now`


def test_a_table_that_nobody_described_is_guarded_by_its_names(db):
    address = "data.test.worked"
    rows = pa.table({"id": ["1"], "id_number": ["359903199001010018"], "rows": ["{}"], "words": [["a"]], "n": [1]})
    if not lake.exists(address):
        lake.create(address, rows.schema, key=("id",))
        lake.append(address, rows)
    catalogue.sync()
    grades = dict(catalogue.get(address).columns.values_list("name", "grade"))
    assert grades == {"id": "internal", "id_number": "sensitive", "rows": "secret", "words": "secret",
                      "n": "internal"}
