"""What supervisors see: how many cases stand where, how red they are, and figures by kind, organisation, month."""

from datetime import date
from typing import Any

from django.db.models import F, Max, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from ludao.base import clock, rights
from ludao.base.pages import exports
from ludao.base.text import t
from ludao.blocks.case import kinds
from ludao.blocks.case.models import Case, Tally, Urging
from ludao.blocks.identity.public import Organisation

BY = {
    "organisation": t("按机构", "By organisation"),
    "kind": t("按类型", "By kind"),
    "item": t("按事项", "By item"),
    "month": t("按月", "By month"),
}
MOST, MOST_SHOWN = 200, 10


def dashboard(request: HttpRequest) -> HttpResponseBase:
    """Lights of what is open, asked by index; figures of the month, as they were last counted."""
    actor = request.actor
    rows = rights.narrow(actor, "case.supervise", Case.objects.filter(closed_at=None))
    lights = {light: rows.filter(light=light).count() for light in ("red", "amber", "grey")}
    open_ones = rows.select_related("organisation", "office", "holder").order_by("due_at")
    lists = [
        {"key": "red", "title": t("最久的红灯", "Late the longest"), "url": "/case/red/", "word": t("超期", "Late"),
         "none": t("没有超期的办件", "No case is late"), "cases": list(open_ones.filter(light="red")[:MOST_SHOWN])},
        {"key": "amber", "title": t("最紧的黄灯", "Due the soonest"), "url": "/case/case/?light=amber",
         "word": t("预警", "At risk"), "none": t("没有快到期的办件", "No case is due soon"),
         "cases": list(open_ones.filter(light="amber")[:MOST_SHOWN])},
    ]  # fmt: skip
    urgings = rights.narrow(actor, "case.supervise", Urging.objects.filter(ended_at=None, kind=Urging.SUPERVISE))
    tallies = rights.narrow(actor, "case.supervise", Tally.objects.filter(month=clock.today().replace(day=1)))
    sums = _sums(tallies)
    as_of = sums["as_of"]
    return render(
        request,
        "case/board.html",
        {
            "title": t("办件监管", "Watching over cases"),
            "as_of": as_of,
            "live": "case",
            "figures": [
                _figure(t("红灯办件", "Late cases"), lights["red"], "/case/red/", "bad", clock.now()),
                _figure(t("黄灯办件", "At risk"), lights["amber"], "/case/case/?light=amber", "warn", clock.now()),
                _figure(t("停计时", "Clock stopped"), lights["grey"], "/case/case/?light=grey", "idle", clock.now()),
                _figure(t("督办中", "Under supervision"), urgings.count(), "/case/urging/", "sea", clock.now()),
                _figure(t("本月收件", "Opened this month"), sums["opened"] or 0, "/case/figures/", "", as_of),
                _figure(t("本月办结", "Closed this month"), sums["closed"] or 0, "/case/figures/", "", as_of),
                _figure(
                    t("按时办结率", "Closed in time"),
                    _share(sums["in_time"], sums["closed"]),
                    "/case/figures/",
                    "",
                    as_of,
                    "%",
                ),
                _figure(
                    t("好评率", "Good ratings"),
                    _share((sums["rated"] or 0) - (sums["bad"] or 0), sums["rated"]),
                    "/case/rating/",
                    "",
                    as_of,
                    "%",
                ),
            ],
            "lists": lists,
            "organisations": _table(tallies, "organisation")[:12],
        },
    )


def _figure(title: str, value: Any, url: str, tone: str, as_of: Any, unit: str = "") -> dict[str, Any]:
    return {
        "title": title,
        "value": value,
        "unit": unit or ("" if value is None else t("件", "cases")),
        "url": url,
        "tone": tone,
        "as_of": as_of,
    }


def _share(part: int | None, whole: int | None) -> float | None:
    return round((part or 0) * 100 / whole, 1) if whole else None


_SUMS = ("opened", "closed", "in_time", "days", "timed", "rated", "grades", "bad")


def _sums(rows: QuerySet[Tally]) -> dict[str, Any]:
    return dict(rows.aggregate(as_of=Max("as_of"), **{name: Sum(name) for name in _SUMS}))


def figures(request: HttpRequest) -> HttpResponseBase:
    """Counts, on-time share, mean working days and rating, by what is chosen, from month to month."""
    get = request.GET
    by = get.get("by") if get.get("by") in BY else "organisation"
    assert by is not None
    until = _month(get.get("until", "")) or clock.today().replace(day=1)
    since = _month(get.get("since", "")) or until.replace(month=1)
    rows = rights.narrow(request.actor, "case.count_cases", Tally.objects.filter(month__range=(since, until)))
    if get.get("kind"):
        rows = rows.filter(kind=get["kind"])
    if get.get("organisation"):
        rows = rows.filter(organisation=get["organisation"])
    table = _table(rows, by)
    if kind := get.get("export"):
        titles, rows_of = [str(title) for _, title in HEADS], ([row[name] for name, _ in HEADS] for row in table)
        return exports.export_table(request, "xlsx" if kind == "xlsx" else "csv", f"cases-by-{by}", titles, rows_of)
    sums = _sums(rows)
    return render(
        request,
        "case/figures.html",
        {
            "title": t("办件统计", "Figures of cases"),
            "as_of": sums["as_of"],
            "by": by,
            "since": f"{since:%Y-%m}",
            "until": f"{until:%Y-%m}",
            "bys": [{"key": key, "title": title, "current": key == by} for key, title in BY.items()],
            "kinds": kinds.choices(),
            "kind": get.get("kind", ""),
            "rows": table,
            "total": _row("", sums),
            "organisation": Organisation.objects.filter(pk=get.get("organisation", "")).first(),
            "exports": [
                {"title": "CSV", "url": f"?{_with(request, 'export', 'csv')}"},
                {"title": "Excel", "url": f"?{_with(request, 'export', 'xlsx')}"},
            ],
        },
    )


def _with(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query[name] = value
    return query.urlencode()


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _table(rows: QuerySet[Tally], by: str) -> list[dict[str, Any]]:
    """At most 200 rows, those with the most cases first; months in their order."""
    column = {"organisation": "organisation_id"}.get(by, by)
    found = rows.values(column).annotate(
        as_of=Max("as_of"),
        size=Coalesce(Sum("opened"), 0) + Coalesce(Sum("closed"), 0),
        **{name: Sum(name) for name in _SUMS},
    )
    ordered = found.order_by(column if by == "month" else F("size").desc())[:MOST]
    names = _names(by, [row[column] for row in ordered])
    return [_row(names.get(row[column], row[column]), row) | {"key": row[column]} for row in ordered]


def _names(by: str, keys: list[Any]) -> dict[Any, str]:
    if by == "organisation":
        return {o.pk: str(o) for o in Organisation.objects.filter(pk__in=keys)}
    if by == "kind":
        return {key: str(title) for key, title in kinds.choices()}
    if by == "month":
        return {key: f"{key:%Y-%m}" for key in keys}
    titles = Case.objects.filter(item__in=keys).order_by("item", "-pk").distinct("item").values_list("item", "title")
    return {"": str(t("（无事项编码）", "(no item)")), **{item: f"{title}（{item}）" for item, title in titles}}


def _row(name: str, sums: dict[str, Any]) -> dict[str, Any]:
    mean = round(sums["days"] / sums["timed"], 1) if sums["timed"] else None
    grade = round(sums["grades"] / sums["rated"], 2) if sums["rated"] else None
    return {
        "name": name,
        "opened": sums["opened"] or 0,
        "closed": sums["closed"] or 0,
        "in_time": _share(sums["in_time"], sums["closed"]),
        "mean": mean,
        "rated": sums["rated"] or 0,
        "grade": grade,
        "bad": sums["bad"] or 0,
    }


HEADS = (
    ("name", t("项目", "By")),
    ("opened", t("收件", "Opened")),
    ("closed", t("办结", "Closed")),
    ("in_time", t("按时办结率%", "In time %")),
    ("mean", t("平均用时（工作日）", "Mean working days")),
    ("rated", t("评价数", "Ratings")),
    ("grade", t("平均评分", "Mean grade")),
    ("bad", t("差评", "Bad")),
)


def is_red(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(light="red", closed_at=None)
