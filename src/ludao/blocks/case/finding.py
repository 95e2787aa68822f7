"""Finds cases by number, title and applicant: numbers by their beginning, words by the index of grams."""

import re
from typing import Any

from django.db.models import QuerySet

from ludao.base import grams
from ludao.blocks.case.models import Case

NUMBER = re.compile(r"[A-Za-z]{0,8}\d{6,}[A-Za-z0-9]*", re.ASCII)
MOST_NUMBERS = 500  # a beginning that more numbers share finds the highest of them


def find(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Of cases or of what belongs to one."""
    column = "pk__in" if issubclass(rows.model, Case) else "case__in"
    for word in words.replace("\x00", "").split()[:6]:
        if NUMBER.fullmatch(word):
            # asked beforehand: within one statement the planner walks all cases by key instead
            found = Case.objects.filter(number__startswith=word.upper()).order_by("-number")
            rows = rows.filter(**{column: list(found.values_list("pk", flat=True)[:MOST_NUMBERS])})
        elif column == "pk__in":
            rows = rows.filter(grams.condition(Case, ["words"], word))
        else:
            rows = rows.filter(case__in=Case.objects.filter(grams.condition(Case, ["words"], word)))
    return rows
