"""Search by index: finds exactly what a plain "contains" would, for any words in any script."""

import pytest
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st

from ludao.base import grams
from ludao.base.models import SavedView

LETTERS = st.text("印章督办aB1 %_\\'", max_size=6)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(texts=st.lists(LETTERS, max_size=8), words=LETTERS.filter(lambda w: w.strip()))
def test_it_finds_what_contains_every_word(texts: list[str], words: str) -> None:
    SavedView.objects.all().delete()
    SavedView.objects.bulk_create(SavedView(person=str(i), page="/", name=text) for i, text in enumerate(texts))
    plain = Q()
    for word in words.split():
        plain &= Q(name__icontains=word)
    found = SavedView.objects.filter(grams.condition(SavedView, ["name"], words))
    assert set(found) == set(SavedView.objects.filter(plain))
