"""A month of the departments: computed from the catalogue, objected to, closed, and unchanged after that."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.blocks.catalogue import public as catalogue

from .. import actions
from ..models import Assessment
from ..views import pdf
from ..weighing import dimensions, points, total, weigh

HOUSE = Actor.system("test")
NAMES = [p for d in dimensions().values() for p in d["parts"]]
SHARES = {p for d in dimensions().values() for p, said in d["parts"].items() if said["against"] == "share"}


def facts(**more: float) -> dict[str, float]:
    return dict.fromkeys(NAMES, 0.0) | more


@given(st.lists(st.tuples(*(st.floats(0, 100 if n in SHARES else 1e9) for n in NAMES)), min_size=1, max_size=6))
def test_points_stay_between_nothing_and_all(rows):
    found = weigh({str(n): dict(zip(NAMES, row, strict=True)) for n, row in enumerate(rows)})
    for parts in found.values():
        assert 0 <= total(parts) <= 100.01
        assert all(0 <= points(of) <= 100.01 for of in parts.values())


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_more_is_never_worse(one, more):
    low, high = sorted((one, more))
    found = weigh({"a": facts(records=low), "b": facts(records=high)})
    assert total(found["a"]) <= total(found["b"])


@pytest.fixture
def month(db):
    for owner in ("xm-gaj", "xm-mzh"):
        address = f"source.test.of_{owner[3:]}"
        catalogue.register({"address": address, "title": {"zh": owner, "en": owner}, "owner": owner,
                            "columns": {"a": {"zh": "甲"}}})
        check = catalogue.Check.objects.create(entry=catalogue.get(address), records=100, quality=90, timeliness=100)
        check.save()
    catalogue.permit("source.test.of_gaj", "xm-mzh", ["a"], "测试", None)
    reader = Actor(person="1", name="甲", organisation="xm-mzh")
    catalogue.used("source.test.of_gaj", ["a"], reader, "测试", 5, by="test")
    return actions.compute(HOUSE)


def test_who_shares_more_stands_higher(month):
    first, second = month.marks.order_by("place")
    assert (first.organisation_id, second.organisation_id) == ("xm-gaj", "xm-mzh")
    assert first.sharing > second.sharing and first.use > second.use


def test_computing_again_changes_nothing(month):
    before = list(month.marks.values_list("organisation", "total"))
    assert list(actions.compute(HOUSE).marks.values_list("organisation", "total")) == before


def test_a_closed_month_does_not_change(month):
    mark = month.marks.first()
    objection = actions.object_to(HOUSE, mark=mark, text="有异议")
    with pytest.raises(Problem, match="异议"):
        actions.close(HOUSE, assessment=month)
    actions.answer(HOUSE, objection=objection, answer="已核对")
    actions.close(HOUSE, assessment=month)
    with pytest.raises(Conflict):
        actions.compute(HOUSE, month=clock.today())
    with pytest.raises(Conflict):
        actions.object_to(HOUSE, mark=type(mark).objects.get(pk=mark.pk), text="再提")


def test_the_month_as_a_sheet(month):
    assert pdf(month)[:5] == b"%PDF-"


def test_a_month_to_come_is_refused(db):
    with pytest.raises(Problem):
        actions.compute(HOUSE, month=date(2999, 1, 1))
    assert not Assessment.objects.exists()
