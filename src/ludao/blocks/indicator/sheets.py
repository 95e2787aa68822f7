"""Many figures at once: a workbook with what a department is asked, handed in again row by row; papers of a figure."""

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from python_calamine import CalamineError, CalamineWorkbook

from ludao.base import clock, rights
from ludao.base.errors import LudaoError, Problem
from ludao.base.pages import exports
from ludao.base.text import t
from ludao.blocks.document import public as document
from ludao.blocks.indicator import actions, house
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.models import Task, Value, shown

MOST = 2000
LARGEST = 5 * 2**20
RIGHT = "indicator.report"
HEAD = ("任务", "指标", "区域", "周期", "单位", "期限", "上期值", "数值", "说明")
NUMBER, FIGURE, NOTE = 0, 7, 8
WIDTHS = (9, 34, 12, 12, 10, 12, 14, 16, 40)


@dataclass(frozen=True)
class Line:
    """What became of one row of the workbook."""

    row: int
    task: Task | None
    words: str
    is_taken: bool


def asked(request: HttpRequest) -> list[Task]:
    """What this person is to report, the nearest deadline first."""
    rows = Task.objects.filter(state__in=(Task.WAITING, Task.RETURNED))
    found = rights.narrow(request.actor, RIGHT, rows).select_related("indicator", "area", "organisation")
    return list(found.order_by("due_on", "pk")[:MOST])


def sheet(request: HttpRequest) -> HttpResponse:
    """Take the workbook, hand it in: good rows are taken, the others say what to mend."""
    if "workbook" in request.GET:
        return workbook(request)
    lines: list[Line] = []
    problem = ""
    if request.method == "POST":
        try:
            lines = hand_in(request, request.FILES.get("file"))
        except Problem as error:
            problem = str(error)
    context = {
        "title": t("批量填报", "Report many at once"),
        "count": len(asked(request)),
        "problem": problem,
        "lines": lines,
        "taken": sum(line.is_taken for line in lines),
        "crumbs": [
            {"title": t("填报任务", "Reporting tasks"), "url": "/indicator/task/"},
            {"title": t("批量填报", "Report many at once"), "url": ""},
        ],
    }
    return render(request, "indicator/sheet.html", context, status=422 if problem else 200)


def workbook(request: HttpRequest) -> HttpResponse:
    """The workbook, filled with what is asked and what was reported for the period before."""
    answer = HttpResponse(written(asked(request)), content_type=exports.XLSX)
    answer["Content-Disposition"] = f'attachment; filename="indicators-{clock.today()}.xlsx"'
    return answer


def written(tasks: list[Task]) -> bytes:
    before = {(task.pk): periods.shift(task.indicator.period, task.starts_on, -1) for task in tasks}
    known = {
        (row.indicator_id, row.area_id, row.starts_on): row.value
        for row in Value.objects.filter(
            indicator__in={task.indicator_id for task in tasks}, starts_on__in=set(before.values())
        )
    }
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("填报")
        head, asks = book.add_format({"bold": True, "bg_color": "#E8EEF4"}), book.add_format({"bg_color": "#FFF8E1"})
        for at, (word, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
            page.write(0, at, word, head)
            page.set_column(at, at, width)
        page.freeze_panes(1, 2)
        for line, task in enumerate(tasks, 1):
            past = known.get((task.indicator_id, task.area_id, before[task.pk]))
            cells = (
                task.pk,
                task.indicator.title_zh,
                task.area.name,
                task.period,
                task.indicator.unit_zh,
                f"{task.due_on:%Y-%m-%d}",
                "" if past is None else shown(past, task.indicator.precision),
            )
            page.write_row(line, 0, cells)
            page.write_blank(line, FIGURE, None, asks)
            page.write_blank(line, NOTE, None, asks)
    return sink.getvalue()


def hand_in(request: HttpRequest, file: UploadedFile | None) -> list[Line]:
    """Each row that has a figure is reported as from its own page. Raises Problem for a file that cannot be read."""
    if file is None:
        raise Problem(t("请选择填好的表格", "Choose the workbook that you filled in"))
    if (file.size or 0) > LARGEST:
        raise Problem(t("文件超过 5 MB", "The file is larger than 5 MB"))
    try:
        cells = CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()
    except (CalamineError, ValueError) as error:
        raise Problem(t("这不是能读的 Excel 文件", "This is no Excel file that can be read")) from error
    if not cells or tuple(str(c).strip() for c in cells[0][: len(HEAD)]) != HEAD:
        raise Problem(
            t("请用从这里下载的表格，第一行不要改", "Use the workbook from here; leave its first row as it is")
        )
    if len(cells) > MOST + 1:
        raise Problem(t(f"一次最多 {MOST} 行", f"At most {MOST} rows at a time"))
    filled = [(row, one) for row, one in enumerate(cells[1:], 2) if str(one[FIGURE]).strip()]
    if not filled:
        raise Problem(t("“数值”一列还没有填", "No row has a figure yet"))
    tasks = _tasks(request, [one[NUMBER] for _, one in filled])
    return [_line(request, row, one, tasks) for row, one in filled]


def _tasks(request: HttpRequest, numbers: list[Any]) -> dict[int, Task]:
    keys = [key for key in map(_key, numbers) if key is not None]
    rows = rights.narrow(request.actor, RIGHT, Task.objects.filter(pk__in=keys))
    return {task.pk: task for task in rows.select_related("indicator", "area", "organisation")}


def _key(cell: Any) -> int | None:
    """A task's number as it stands in the sheet, where Excel makes every number a decimal."""
    return int(cell) if isinstance(cell, int | float) and cell == int(cell) else None


def _line(request: HttpRequest, row: int, cells: list[Any], tasks: dict[int, Task]) -> Line:
    key = _key(cells[NUMBER])
    task = tasks.get(key) if key is not None else None
    if task is None:
        return Line(row, None, t("没有这个任务，或不归您填报", "There is no such task, or it is not yours"), False)
    try:
        value = float(str(cells[FIGURE]).replace(",", "").strip())
    except ValueError:
        return Line(row, task, t(f"“{cells[FIGURE]}”不是数", f"“{cells[FIGURE]}” is no number"), False)
    try:
        actions.report(request.actor, task=task, value=value, note=str(cells[NOTE]).strip()[:400])
    except LudaoError as error:
        return Line(row, task, str(error), False)
    one = house.get(task.indicator_id)
    return Line(row, task, t(f"已收 {shown(value, one.precision)}", f"Taken: {shown(value, one.precision)}"), True)


# — papers ——————————————————————————————————————————————————————————————————————————————————————————


def papers(request: HttpRequest, task: Task) -> dict[str, Any]:
    """What was handed in with the figure."""
    return {"papers": list(document.of(f"indicator.task:{task.pk}")[:20])}


def paper(request: HttpRequest, number: int) -> HttpResponseBase:
    """One of them, for whoever may see its task."""
    found = document.Document.objects.filter(pk=number, about__startswith="indicator.task:").first()
    key = found.about.partition(":")[2] if found else ""
    if found is None or not rights.narrow(request.actor, "indicator.read", Task.objects.filter(pk=key)).exists():
        raise Http404
    version = found.versions.order_by("-pk").first()
    if version is None:
        raise Http404
    return document.download(request, version)
