"""Finding any piece of Chinese or other text by index: every one and two letters of it, in a GIN index.

pg_trgm needs three letters, and most of what people type in Chinese (印章, 督办) has two.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import F, Func, Q, Value

FUNCTION = """
create or replace function base_grams(words text) returns text[]
language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct gram), '{}') from (
        select substr(lower(words), i, n) as gram
        from generate_series(1, length(words)) i, generate_series(1, 2) n where i + n - 1 <= length(words)
    ) grams
$$
"""


class Grams(Func):
    """The one- and two-letter pieces of a column."""

    function = "base_grams"
    output_field = ArrayField(models.TextField())


def install(**_: Any) -> None:
    """Create the function; runs before every migrate, since indexes are built on it."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)


def index(column: str, name: str) -> GinIndex:
    """An index for `search` over one text column, for a model's Meta.indexes."""
    return GinIndex(Grams(F(column)), name=name)


def pieces(words: str) -> list[str]:
    low = words.lower()
    return sorted({low[i : i + 2] for i in range(len(low) - 1)}) or [low]


def condition(model: type[models.Model], columns: tuple[str, ...] | list[str], words: str) -> Q:
    """Rows of which, for every word typed, some column contains it."""
    found = Q()
    for word in words.replace("\x00", "").split()[:6]:
        found &= _one(columns, word)
    return found


def _one(columns: Any, word: str) -> Q:
    either = Q(pk__in=[])
    for column in columns:
        has = Q(_Has(Grams(F(column)), Value(pieces(word), output_field=ArrayField(models.TextField()))))
        either |= has & Q(**{f"{column}__icontains": word})
    return either


class _Has(Func):
    template, arg_joiner = "(%(expressions)s)", " @> "
    output_field = models.BooleanField()
    conditional = True


