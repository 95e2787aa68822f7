"""Finds cases by number, title and applicant: numbers by their beginning, words by the index of grams."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from ludao.base import grams
from ludao.blocks.case.models import Case

NUMBER = re.compile(r"[A-Za-z]{0,8}\d{6,}[A-Za-z0-9]*", re.ASCII)


def find(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Of cases or of what belongs to one."""
    prefix = "" if issubclass(rows.model, Case) else "case__"
    for word in words.replace("\x00", "").split()[:6]:
        rows = rows.filter(_one(rows, prefix, word))
    return rows


def _one(rows: QuerySet[Any], prefix: str, word: str) -> Q:
    if NUMBER.fullmatch(word):
        return Q(**{f"{prefix}number__startswith": word.upper()})
    if not prefix:
        return grams.condition(rows.model, ["words"], word)
    return Q(case__in=Case.objects.filter(grams.condition(Case, ["words"], word)))
