"""GET of a dataset: a page as JSON, or all rows as CSV or NDJSON from a server-side cursor."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ludao.base import clock, datasets, streaming
from ludao.base.api import problems
from ludao.base.api.describe import CSV, NDJSON
from ludao.base.api.questions import JSON, asked, negotiate
from ludao.base.datasets import Dataset, kinds_of, outside
from ludao.base.datasets.asking import MOST_ROWS, filters_of
from ludao.base.datasets.kinds import moment
from ludao.base.errors import Refused
from ludao.base.rights import reach
from ludao.base.text import t


def answer(request: HttpRequest, dataset: Dataset) -> HttpResponseBase:
    if not reach(request.actor, dataset.right):
        raise Refused(t(f"没有数据集 {dataset.address}", f"There is no dataset {dataset.address}"))
    kind = negotiate(request, JSON, NDJSON, CSV)
    question = _question(request, dataset)
    if kind == JSON:
        return _page(request, dataset, question)
    question.pop("after", None)
    columns, rows = datasets.stream(dataset, request.actor, **question)
    return _stream(request, dataset, kind, columns, rows)


def _question(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    """The query string as arguments of `datasets.read`."""
    names = filters_of(kinds_of(dataset))
    often = [name for name in names if name.endswith("__in")]
    single = [name for name in names if name not in often]
    given = asked(request, [*single, "order", "columns", "limit", "after", "as_of", "purpose"], often)
    question: dict[str, Any] = {"filters": {n: given[n] if n in often else given[n][0] for n in names if n in given}}
    if "order" in given:
        question["order"] = _listed("order", given["order"][0], most=3)
    if "columns" in given:
        question["columns"] = _listed("columns", given["columns"][0])
    if "limit" in given:
        question["limit"] = _limit(given["limit"][0])
    if "as_of" in given:
        question["as_of"] = _moment(given["as_of"][0])
    if "after" in given:
        question["after"] = _text("after", given["after"][0], 1, 4000)
    if "purpose" in given:
        question["purpose"] = _text("purpose", given["purpose"][0], 2, 200)
    return question


def _listed(name: str, text: str, most: int = 1000) -> list[str]:
    words = text.split(",")
    if len(set(words)) != len(words) or len(words) > most or "" in words:
        raise problems.malformed("应为逗号分隔、互不相同的列名", "Give different column names, with commas", name)
    return words


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or not 1 <= int(text) <= MOST_ROWS:
        raise problems.malformed(f"应为1至{MOST_ROWS}的整数", f"Must be a whole number from 1 to {MOST_ROWS}", "limit")
    return int(text)


def _moment(text: str) -> Any:
    try:
        return moment(text)
    except ValueError:
        raise problems.malformed("应为带时区的时间，如 2022-06-30T08:00:00+08:00",
                                 "Must be a time with its offset such as 2022-06-30T08:00:00+08:00", "as_of") from None


def _text(name: str, text: str, least: int, most: int) -> str:
    if not least <= len(text) <= most or "\x00" in text:
        raise problems.malformed(f"应为{least}至{most}个字", f"Must have {least} to {most} characters", name)
    return text


def _page(request: HttpRequest, dataset: Dataset, question: dict[str, Any]) -> HttpResponse:
    page = datasets.read(dataset, request.actor, **question)
    rows = [{name: outside(value) for name, value in row.items()} for row in page.rows]
    body = {"dataset": dataset.address, "as_of": outside(page.as_of), "rows": rows, "next": page.next or None,
            "masked": list(page.masked)}
    response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=JSON)
    if page.next:
        query = request.GET.copy()
        query["after"] = page.next
        response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return response


def _stream(
    request: HttpRequest, dataset: Dataset, kind: str, columns: tuple[str, ...], rows: Iterator[dict[str, Any]]
) -> HttpResponseBase:
    lines, ending = (_csv(columns, rows), "csv") if kind == CSV else (_ndjson(rows), "ndjson")
    file = f"{dataset.address}-{clock.now():%Y%m%d-%H%M}.{ending}"
    return streaming.stream(request, lines, f"{kind}; charset=utf-8", file)


def _ndjson(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps({name: outside(value) for name, value in row.items()}, ensure_ascii=False) + "\n"


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(columns: tuple[str, ...], rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """RFC 4180 with the columns' names; texts as they are, since a program reads them."""
    writer: Any = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([_cell(outside(row[name])) for name in columns])


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
