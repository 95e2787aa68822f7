"""Keyset pages: going through all of them forwards and back shows every row once, in order, nulls last."""

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from ludao.base.errors import Problem
from ludao.base.models import SavedView, Token
from ludao.base.pages.keyset import paginate


def walk(queryset, order: str, size: int) -> list:
    """All rows by going forwards; each step back must show what was just seen."""
    seen, after, previous = [], "", None
    while True:
        page = paginate(queryset, order, size, after=after)
        if previous is not None and page.newer:
            assert [r.pk for r in paginate(queryset, order, size, before=page.newer).rows] == previous
        seen += page.rows
        previous = [r.pk for r in page.rows]
        if not page.older:
            return seen
        after = page.older


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["name", "-name", "pk", "-pk"])
@settings(max_examples=12, deadline=None)
@given(names=st.lists(st.sampled_from(["甲", "乙", "a|b", "::None", "", "z"]), max_size=17), size=st.integers(1, 6))
def test_every_row_once_in_order(order: str, names: list[str], size: int) -> None:
    SavedView.objects.all().delete()
    SavedView.objects.bulk_create(SavedView(person=str(i), page="/", name=n) for i, n in enumerate(names))
    seen = walk(SavedView.objects.all(), order, size)
    falling = order.startswith("-")
    assert [r.pk for r in seen] == [r.pk for r in SavedView.objects.order_by(order, "-pk" if falling else "pk")]


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["revoked_at", "-revoked_at"])
@settings(max_examples=12, deadline=None)
@given(days=st.lists(st.one_of(st.none(), st.integers(1, 3)), max_size=13), size=st.integers(1, 5))
def test_nulls_come_last_either_way(order: str, days: list[int | None], size: int) -> None:
    Token.objects.all().delete()
    now = timezone.now()
    Token.objects.bulk_create(
        Token(person="7", name=str(i), digest=str(i), rights=[], expires_at=now,
              revoked_at=None if d is None else now + timezone.timedelta(days=d)) for i, d in enumerate(days))
    seen = walk(Token.objects.all(), order, size)
    assert len({r.pk for r in seen}) == len(days)
    values = [r.revoked_at for r in seen]
    told = [v for v in values if v is not None]
    assert told == sorted(told, reverse=order.startswith("-")) and values[: len(told)] == told


@pytest.mark.django_db
def test_a_cursor_of_another_order_or_of_nobody_s_making_is_refused() -> None:
    SavedView.objects.bulk_create(SavedView(person=str(i), page="/", name="x") for i in range(3))
    cursor = paginate(SavedView.objects.all(), "name", 1).older
    for bad in (cursor[:-1] + "x", "nonsense", cursor):
        with pytest.raises(Problem):
            paginate(SavedView.objects.all(), "-pk", 1, after=bad)
