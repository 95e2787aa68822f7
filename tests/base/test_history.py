"""Every row's past: what a table was at any moment since, whatever changed it."""

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from ludao.base import history
from ludao.base.models import History, SavedView


def names_at(moment: object) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(f"select id, name from {history.table_as_of('base_savedview', 'id')} x", {"as_of": moment})
        return dict(cursor.fetchall())


STEP = st.tuples(st.sampled_from(["make", "change", "drop"]), st.integers(0, 3), st.text("甲乙ab", max_size=3))


@pytest.mark.django_db(transaction=True)
@settings(max_examples=15, deadline=None)
@given(steps=st.lists(STEP, max_size=12))
def test_a_table_reads_as_it_was_after_every_step(steps: list) -> None:
    SavedView.objects.all().delete()
    past = [(timezone.now(), {})]
    for number, (verb, place, name) in enumerate(steps):
        rows = list(SavedView.objects.order_by("pk"))
        with transaction.atomic():
            if verb == "make" or not rows:
                SavedView.objects.create(person=str(number), page="/", name=name)
            elif verb == "change":
                SavedView.objects.filter(pk=rows[place % len(rows)].pk).update(name=name)
            else:
                rows[place % len(rows)].delete()
        past.append((timezone.now(), dict(SavedView.objects.values_list("pk", "name"))))
    for moment, then in past:
        assert names_at(moment) == then


@pytest.mark.django_db
def test_many_rows_are_kept_in_one_statement() -> None:
    SavedView.objects.bulk_create(SavedView(person=str(i), page="/", name="x") for i in range(50))
    SavedView.objects.update(name="y")
    assert History.objects.filter(table_name="base_savedview", change="I").count() == 50
    kept = History.objects.filter(table_name="base_savedview", change="U")
    assert set(kept.values_list("row__name", flat=True)) == {"x"}
