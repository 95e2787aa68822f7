"""Who uses a dataset for what: one row a day, person and purpose, counted up."""

from collections.abc import Iterable

from django.db import connection

from ludao.base import clock
from ludao.base.actor import Actor

_COUNT = """
insert into catalogue_use (address, organisation, person, name, purpose, by, "on", times, rows, columns)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (address, "on", organisation, person, purpose, by) do update set
    times = catalogue_use.times + excluded.times, rows = catalogue_use.rows + excluded.rows, name = excluded.name,
    columns = array(select distinct unnest(catalogue_use.columns || excluded.columns) order by 1)
"""


def used(address: str, columns: Iterable[str], actor: Actor, purpose: str, rows: int, by: str = "",
         times: int = 1) -> None:
    """Count a reading, or many at once (`times`): a busy interface tells the sum of a few seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [address, actor.organisation, actor.person, actor.name[:200], purpose[:300], by[:120],
                                clock.today(), times, rows, sorted(set(columns))])
