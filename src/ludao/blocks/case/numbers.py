"""Case numbers without gaps: slips are torn off a pad; a slip whose case did not come to be lies on the pad again.

A counter that hands out numbers inside the transaction holds everybody up until it commits; a sequence leaves a gap
for each transaction that fails. Here a pad (one a kind and day) is filled a few slips at a time in a transaction of its
own, and each case takes the lowest slip that nobody else is taking (`for update skip locked`).
"""

from contextlib import closing
from datetime import date

from django.db import connection, models

from ludao.base.text import t
from ludao.blocks.case.kinds import Kind

AT_A_TIME = 20


class Pad(models.Model):
    """What stands before the counted part of a number, and how many slips were made of it."""

    scope = None
    kept = False
    prefix = models.CharField(t("字头", "Prefix"), primary_key=True, max_length=60)
    last = models.PositiveIntegerField(t("已备至", "Made up to"), default=0)

    class Meta:
        verbose_name = t("号簿", "Pad of numbers")

    def __str__(self) -> str:
        return self.prefix


class Slip(models.Model):
    """A number that no case has yet."""

    scope = None
    kept = False
    prefix = models.CharField(max_length=60)
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = t("空号", "Free number")
        constraints = [models.UniqueConstraint(fields=["prefix", "number"], name="case_slip_once")]


_TEAR = """
delete from case_slip where id = (
    select id from case_slip where prefix = %s order by number limit 1 for update skip locked
) returning number
"""
_FILL = """
with pad as (
    insert into case_pad (prefix, last) values (%(prefix)s, %(more)s)
    on conflict (prefix) do update set last = case_pad.last + %(more)s returning last
)
insert into case_slip (prefix, number) select %(prefix)s, generate_series(last - %(more)s + 1, last) from pad
"""


def take(kind: Kind, day: date) -> str:
    """The next number of the kind on that day, within the caller's transaction."""
    head, _, rest = kind.number.format_map(_Day(day)).partition("{seq")
    form, _, tail = rest.partition("}")
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_TEAR, [head])
            if row := cursor.fetchone():
                return f"{head}{format(row[0], form.lstrip(':'))}{tail}"
        _fill(head)


class _Day(dict[str, str]):
    """Fills in the day and leaves the counted part standing."""

    def __init__(self, day: date) -> None:
        super().__init__(day=f"{day:%Y%m%d}", year=f"{day:%Y}")

    def __missing__(self, key: str) -> "_Rest":
        return _Rest(key)


class _Rest:
    def __init__(self, key: str) -> None:
        self.key = key

    def __format__(self, form: str) -> str:
        return f"{{{self.key}:{form}}}" if form else f"{{{self.key}}}"


def _fill(prefix: str) -> None:
    """Over a connection of its own, so that nobody waits for the caller's transaction."""
    beside = connection.copy()
    with closing(beside), beside.cursor() as cursor:
        cursor.execute(_FILL, {"prefix": prefix, "more": AT_A_TIME})
