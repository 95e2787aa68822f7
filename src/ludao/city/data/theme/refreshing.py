"""Refreshing a table: its query runs in the lake as a job, the result stands as one new version, or not at all."""

from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError
from ludao.base.models import Work
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake

from .definition import check, contract, inputs
from .models import Table

STEPS = 4


@work("data.theme.refresh", title=t("刷新主题表", "Refresh a thematic table"))
def refresh(progress: Progress, *, table: int, number: int) -> dict[str, Any]:
    """The table by its definition of this version; run again, it makes the same rows anew."""
    row = Table.objects.select_related("theme").get(pk=table)
    try:
        return _refresh(progress, row, number)
    except Exception as error:
        reason = str(error) if isinstance(error, LudaoError) else f"{type(error).__name__}: {error}"
        Table.objects.filter(pk=table).update(error=reason[:2000])
        raise


def _refresh(progress: Progress, row: Table, number: int) -> dict[str, Any]:
    progress.tell(0, STEPS, str(t("检查定义", "Checking the definition")))
    checked = check(row.definitions.get(number=number).text)
    progress.check()
    progress.tell(1, STEPS, str(t("查询并写入数据湖", "Querying and writing")))
    run = f"data.theme.refresh/{progress.work.pk}"
    version = lake.write(row.address, checked.sql, mode="replace", key=checked.header.key, run=run)
    progress.tell(2, STEPS, str(t("登记目录和血缘", "Telling the catalogue")))
    records = lake.describe(row.address).rows
    catalogue.register(contract(row.address, row.theme.owner_id, checked))
    catalogue.derived(row.address, sql=checked.sql, by=f"data.theme/{row.name}/{number}")
    catalogue.loaded(row.address, run=run, rows_in=records, good=records, bad=0, version=version, at=clock.now())
    Table.objects.filter(pk=row.pk).update(
        records=records, refreshed_at=clock.now(), refreshed_number=number, error="")
    progress.tell(STEPS, STEPS)
    return {"rows": records, "version": version}


def due(actor: Actor) -> list[Table]:
    """Start every table whose time has come; one made of another that is due waits for the next round."""
    tables = [one for one in Table.objects.filter(is_active=True).select_related("theme") if one.is_due]
    busy = set(Work.objects.filter(address="data.theme.refresh", state__in=(Work.QUEUED, Work.RUNNING))
               .values_list("about", flat=True))
    late = {one.address for one in tables}
    ready = [one for one in tables if one.address not in busy
             and not inputs(one.definition.text) & (late - {one.address})]
    for one in ready:
        refresh.start(actor, about=one.address, table=one.pk, number=one.number)
    return ready

