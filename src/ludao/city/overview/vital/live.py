"""What is counted this second: asked from the running systems' tables when the page asks, never kept."""

from typing import Any

from ludao.base import clock, datasets
from ludao.base.text import t
from ludao.blocks.lake import public as lake

CASES = """
select count(*) filter (where closed_at is null) as open,
  count(*) filter (where closed_at is null and light = 'red') as red,
  count(*) filter (where opened_at >= %(day)s) as today, count(*) filter (where closed_at >= %(day)s) as closed
from case.case as cases
"""
ALERTS = """
select count(*) filter (where state in ('open', 'accepted')) as open,
  count(*) filter (where state in ('open', 'accepted') and due_at < %(now)s) as late
from indicator.alert
"""
PLAN = "select count(*) filter (where light = 'red' and closed_on is null) as red from assurance.plan.item"
SENDINGS = """
select count(*) filter (where made_at >= %(day)s) as today, count(*) filter (where state = 'parked') as parked
from notice.sending
"""
OFFERS = """
select count(*) filter (where state = 'offered') as waiting, count(*) filter (where paid_at >= %(day)s) as paid
from data.benefit.offer
"""


CALLS = "source.hotline.call"
NEWEST = """
select count(*) as calls, max(called_at) as at from source.hotline.call
where called_at >= (select date_trunc('day', max(called_at)) from source.hotline.call)
"""


def _calls() -> list[dict[str, Any]]:
    """The hotline hands over in batches: its newest day, dated as the data are."""
    if not lake.exists(CALLS):
        return []
    row = lake.sql(NEWEST).rows()[0]
    return [
        {
            "title": t("12345最近一日来电", "Calls to 12345, newest day"),
            "value": row["calls"],
            "unit": t("件", "calls"),
            "as_of": clock.day_of(row["at"].replace(tzinfo=row["at"].tzinfo or clock.SHANGHAI)) if row["at"] else None,
            "source": t("12345热线工单", "Hotline orders"),
            "url": "/indicator/indicator/hotline.calls_day/",
            "tone": "",
        }
    ]


def figures() -> list[dict[str, Any]]:
    """Each with the moment it was counted, its source and where it opens."""
    now = clock.now()
    said = {"now": now, "day": now.replace(hour=0, minute=0, second=0, microsecond=0)}
    found = {
        "case": datasets.query(CASES, said, reader="overview.vital")[0],
        "alert": datasets.query(ALERTS, said, reader="overview.vital")[0],
        "plan": datasets.query(PLAN, said, reader="overview.vital")[0],
        "notice": datasets.query(SENDINGS, said, reader="overview.vital")[0],
        "offer": datasets.query(OFFERS, said, reader="overview.vital")[0],
    }
    rows = [
        (t("在办办件", "Cases open"), found["case"]["open"], t("件", "cases"), t("办件", "Cases"), "/case/", ""),
        (t("红灯办件", "Cases red"), found["case"]["red"], t("件", "cases"), t("办件", "Cases"), "/case/", "bad"),
        (t("今日受理", "Opened today"), found["case"]["today"], t("件", "cases"), t("办件", "Cases"), "/case/", ""),
        (t("今日办结", "Closed today"), found["case"]["closed"], t("件", "cases"), t("办件", "Cases"), "/case/", ""),
        (
            t("未处置指标预警", "Alerts open"),
            found["alert"]["open"],
            t("条", "alerts"),
            t("指标预警", "Alerts"),
            "/indicator/alert/?state=open",
            "warn",
        ),
        (
            t("逾期预警", "Alerts overdue"),
            found["alert"]["late"],
            t("条", "alerts"),
            t("指标预警", "Alerts"),
            "/indicator/alert/",
            "bad",
        ),
        (
            t("要点红灯任务", "Plan tasks red"),
            found["plan"]["red"],
            t("项", "tasks"),
            t("工作要点", "Work plan"),
            "/assurance/plan/",
            "bad",
        ),
        (
            t("待确认免申即享", "Benefits waiting"),
            found["offer"]["waiting"],
            t("项", "offers"),
            t("免申即享", "Benefits"),
            "/data/benefit/",
            "",
        ),
        (
            t("今日消息", "Messages today"),
            found["notice"]["today"],
            t("条", "messages"),
            t("消息", "Notices"),
            "/notice/",
            "",
        ),
        (
            t("停放消息", "Messages parked"),
            found["notice"]["parked"],
            t("条", "messages"),
            t("消息", "Notices"),
            "/notice/",
            "warn",
        ),
    ]
    return [
        {
            "title": title,
            "value": value,
            "unit": unit,
            "as_of": now,
            "source": source,
            "url": url,
            "tone": tone if value else "",
        }
        for title, value, unit, source, url, tone in rows
    ] + _calls()
