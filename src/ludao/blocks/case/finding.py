"""Finds cases by number, title and applicant: numbers by their beginning, words by the index of grams."""

import re
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

from ludao.base import grams
from ludao.blocks.case.models import Case

NUMBER = re.compile(r"[A-Za-z]{0,8}\d{6,}[A-Za-z0-9]*", re.ASCII)
MOST_NUMBERS = 500  # a beginning that more numbers share finds the highest of them
COMMON = 4000


def find(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Of cases or of what belongs to one."""
    column = "pk__in" if issubclass(rows.model, Case) else "case__in"
    plain = []
    for word in words.replace("\x00", "").split()[:6]:
        if NUMBER.fullmatch(word):
            # asked beforehand: within one statement the planner walks all cases by key instead
            found = Case.objects.filter(number__startswith=word.upper()).order_by("-number")
            rows = rows.filter(**{column: list(found.values_list("pk", flat=True)[:MOST_NUMBERS])})
        else:
            plain.append(word)
    return _with(rows, column, plain) if plain else rows


def _with(rows: QuerySet[Any], column: str, words: list[str]) -> QuerySet[Any]:
    """By the index while few cases within reach have the words. What many have is looked for in the order of the list
    instead, which finds a page of them at once. Few are named one by one: the planner cannot know how few they are, and
    would walk a million cases for them."""
    reach = rows if issubclass(rows.model, Case) else Case.objects.all()
    by_index = reach.filter(grams.condition(Case, ["words"], " ".join(words)))
    few = list(by_index.order_by().values_list("pk", flat=True)[: COMMON + 1])
    if len(few) <= COMMON:
        return rows.filter(**{column: few})
    has = reduce(and_, (Q(GreaterThan(StrIndex(Lower(F("words")), Value(word.lower())), 0)) for word in words))
    return rows.filter(has if reach is rows else Q(case__in=Case.objects.filter(has)))
