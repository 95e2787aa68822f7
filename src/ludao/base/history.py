"""Every row's past: triggers keep what a row was, so that any table reads as of any moment since."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models

from ludao.base.models import History

_FUNCTION = """
create or replace function base_keep_history() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        execute format('insert into base_history (table_name, key, at, change, transaction)
            select %%L, r.%%I::text, now(), ''I'', pg_current_xact_id()::text::bigint from after_rows r',
            tg_table_name, tg_argv[0]);
    else
        execute format('insert into base_history (table_name, key, at, change, row, transaction)
            select %%L, r.%%I::text, now(), %%L, to_jsonb(r) - %%L::text[], pg_current_xact_id()::text::bigint
            from before_rows r', tg_table_name, tg_argv[0], left(tg_op, 1), tg_argv[1]);
    end if;
    return null;
end $$;
create or replace function base_refuse_change() returns trigger language plpgsql as $$
begin raise exception 'base_auditline is append-only'; end $$;
"""


def kept_models() -> list[type[models.Model]]:
    """The tables of our own apps, but for those that say `kept = False`. Columns that must not live on
    (a digest of an old password) are named in `history_omits`."""
    ours = [m for m in apps.get_models() if m.__module__.startswith("ludao.")]
    return [m for m in ours if getattr(m, "kept", True) and m._meta.managed and not m._meta.proxy]


def install(**_: Any) -> None:
    """Create the triggers; runs after every migrate, changes nothing the second time."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTION.replace("%%", "%"))
        here = set(connection.introspection.table_names(cursor))
        for model in (m for m in kept_models() if m._meta.db_table in here):
            omitted = ",".join(getattr(model, "history_omits", ()))
            _install_on(cursor, model._meta.db_table, str(model._meta.pk.column), f"{{{omitted}}}")
        cursor.execute(
            "create or replace trigger base_append_only before update or delete or truncate on base_auditline"
            " for each statement execute function base_refuse_change()"
        )


def _install_on(cursor: Any, table: str, key: str, omitted: str) -> None:
    name, quote = connection.ops.quote_name, "'" + key.replace("'", "''") + "'"
    for verb, rows in (("insert", "new table as after_rows"), ("update", "old table as before_rows"),
                       ("delete", "old table as before_rows")):
        cursor.execute(
            f"create or replace trigger base_history_{verb} after {verb} on {name(table)} referencing {rows}"
            f" for each statement execute function base_keep_history({quote}, '{omitted}')"
        )


def table_as_of(table: str, key: str) -> str:
    """A SELECT that gives the table's rows as they were at %(as_of)s; both names come from our models only."""
    return f"""(
        select r.* from (
            select distinct on (key) change, row from base_history
            where table_name = '{table}' and at > %(as_of)s order by key, at, id
        ) h, jsonb_populate_record(null::{table}, h.row) r where h.change <> 'I'
        union all
        select c.* from {table} c where not exists (
            select 1 from base_history h
            where h.table_name = '{table}' and h.key = c.{key}::text and h.at > %(as_of)s)
    )"""


def of(thing: models.Model, limit: int = 50) -> list[History]:
    """The changes of one row, newest first."""
    rows = History.objects.filter(table_name=thing._meta.db_table, key=str(thing.pk), change__in="UD")
    return list(rows.order_by("-at", "-id")[:limit])


def first_kept_at() -> datetime | None:
    """Since when the past is known."""
    return History.objects.order_by("pk").values_list("at", flat=True).first()
