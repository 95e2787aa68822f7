"""Several grounds of access to one dataset: no row ever shows a value that none of them opens in that row."""

from types import SimpleNamespace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ludao.base import clock
from ludao.base.rights import Span
from ludao.blocks.catalogue import access
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.access import _joined, _Sight
from ludao.blocks.catalogue.tests.test_catalogue import acting
from ludao.blocks.lake import public as lake

ADDRESS = "source.test.grounds"
NAMES = ("area", "name", "note", "free")
COLUMNS = [SimpleNamespace(name=n, grade=g, mask="", is_guarded=g in ("sensitive", "secret"))
           for n, g in zip(NAMES, ("internal", "sensitive", "secret", "public"), strict=True)]
some = st.frozensets(st.sampled_from(NAMES))
sights = st.builds(lambda c, p, w: _Sight(c, c & p, w), some, some, st.sampled_from(["", "a", "b", "c"]))


@given(st.lists(sights, max_size=6))
def test_no_row_shows_what_no_ground_opens_in_it(known):
    may = _joined(COLUMNS, known)
    if may is None:
        assert not any(c in s.plain or c != "note" for s in known for c in s.columns)
        return
    for row in ("a", "b", "c", "elsewhere"):
        if may.where and f"({row})" not in may.where.split(" or "):
            continue
        here = [s for s in known if s.where in ("", row)]
        for name in may.columns:
            assert any(name in s.columns for s in here)
            if name in ("name", "note") and name not in may.masks:
                assert any(name in s.plain for s in here)


@pytest.fixture
def entry(db):
    made = catalogue.register({
        "address": ADDRESS, "title": {"zh": "试", "en": "t"}, "owner": "xm-gaj", "key": ["id"],
        "scope": {"area": "area"},
        "columns": {"id": {"zh": "号", "grade": "internal"}, "area": {"zh": "区", "grade": "internal"},
                    "name": {"zh": "名", "grade": "sensitive", "mask": "name"},
                    "illness": {"zh": "病", "grade": "sensitive"}, "free": {"zh": "公开", "grade": "public"}}})
    rows = pa.table({"id": ["1", "2"], "area": ["350203", "350205"], "name": ["李雷", "韩梅梅"],
                     "illness": ["甲病", "乙病"], "free": ["x", "y"]})
    if not lake.exists(ADDRESS):
        lake.create(ADDRESS, rows.schema, key=("id",))
        lake.append(ADDRESS, rows)
    return made


def seen(actor, purpose=""):
    may = catalogue.allowed(actor, ADDRESS, purpose)
    chosen = ", ".join(may.columns)
    return may, lake.sandbox(f"select {chosen} from {ADDRESS}", {ADDRESS: may}).rows()


def test_a_row_of_one_permit_does_not_show_the_columns_of_another(entry):
    """Names of one district, illnesses of another: the illness of the first stays closed."""
    catalogue.permit(ADDRESS, "xm-350203", ["name"], "一", None, where="area = '350203'")
    catalogue.permit(ADDRESS, "xm-350203", ["area", "illness"], "二", None, where="area = '350205'")
    may, rows = seen(acting("chenqu"))
    assert may.columns == ("area", "illness", "free") and [r["area"] for r in rows] == ["350205"]
    assert "name" not in may.columns


def test_plain_of_one_permit_stays_masked_in_the_rows_of_another(entry):
    catalogue.permit(ADDRESS, "xm-350203", ["id", "name"], "一", None)
    catalogue.permit(ADDRESS, "xm-350203", ["id", "name"], "二", None, plain=["name"], where="area = '350203'")
    _, rows = seen(acting("chenqu"), "核验")
    assert {(r["id"], r["name"]) for r in rows} in ({("1", "李雷")}, {("1", "李*"), ("2", "韩**")})
    assert all(r["name"] != "韩梅梅" for r in rows)


def test_permits_that_show_the_same_add_their_rows(entry):
    for number, area in enumerate(("350203", "350205")):
        catalogue.permit(ADDRESS, "xm-350203", ["id", "name"], str(number), None, where=f"area = '{area}'")
    _, rows = seen(acting("chenqu"))
    assert {r["id"] for r in rows} == {"1", "2"}


def test_unmasking_elsewhere_opens_no_row(entry, monkeypatch):
    """Reading in one area and unmasking in another: nothing is read where only unmasking reaches, nor plainly."""
    reach = {access.READ: (Span(areas=("350203",)),), access.UNMASK: (Span(areas=("350205",)),)}
    monkeypatch.setattr(access.rights, "reach", lambda actor, right: reach.get(right, ()))
    monkeypatch.setattr(access.rights, "within", lambda scope, spans, thing: bool(spans))
    _, rows = seen(acting("chenqu"), "核验")
    assert [r["name"] for r in rows] in ([], ["李*"])


def test_many_are_answered_as_one_is(entry):
    catalogue.permit(ADDRESS, "xm-350203", ["id", "name"], "一", clock.today(), plain=["name"],
                     where="area = '350203'")
    actor = acting("chenqu")
    for purpose in ("", "核验"):
        assert catalogue.allowed_of(actor, [entry], purpose)[ADDRESS] == catalogue.allowed(actor, ADDRESS, purpose)
    entry.is_withdrawn = True
    assert catalogue.allowed_of(actor, [entry]) == {}


def test_a_row_at_hand_is_asked_the_same(entry):
    may = lake.Allowed(("id",), {}, "area = '350203'")
    assert catalogue.covers(may, {"id": "1", "area": "350203"}) and not catalogue.covers(may, {"area": "350205"})
    assert not catalogue.covers(may, {"area": None}) and catalogue.covers(lake.Allowed(("id",)), {})
