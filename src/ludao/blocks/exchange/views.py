"""The pages that the kit cannot say: a source from a dropped file, a question's answer, the rows in quarantine."""

import json
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ludao.base import audit, rights
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.models import Work
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.exchange import (
    actions,
    amending,
    answering,
    inferring,
    keeping,
    quarantine,
    reasons,
    remaking,
    trying,
)
from ludao.blocks.exchange.contract import LOADS, TYPES, WITHIN, is_kept_otherwise, read
from ludao.blocks.exchange.models import Delivery, Heap, Question, Remake, Source
from ludao.blocks.identity.public import Organisation

MEANS = {
    "": t("未定", "Unknown"),
    "id_number": t("身份证号", "Resident id"),
    "credit_code": t("信用代码", "Credit code"),
    "person_name": t("人名", "Person's name"),
    "enterprise_name": t("企业名称", "Enterprise name"),
    "phone": t("电话", "Phone"),
    "address": t("地址", "Address"),
    "area_code": t("区划代码", "Area code"),
    "birth_day": t("出生日期", "Birth day"),
    "day": t("日期", "Day"),
    "moment": t("时间", "Moment"),
    "money": t("金额", "Money"),
    "sex": t("性别", "Sex"),
    "category": t("类别", "Category"),
    "record_number": t("编号", "Record number"),
}
GRADES = {
    "public": t("公开", "Public"),
    "internal": t("内部", "Internal"),
    "sensitive": t("敏感", "Sensitive"),
    "secret": t("机密", "Secret"),
}
PROMISES = {
    "live": t("实时", "Live"),
    "hourly": t("每小时", "Hourly"),
    "daily": t("每日", "Daily"),
    "weekly": t("每周", "Weekly"),
    "monthly": t("每月", "Monthly"),
    "yearly": t("每年", "Yearly"),
}
OWNERS = ("government", "department", "institution")
QUALITIES = dict(catalogue.QUALITIES)
SALT = "exchange.drop"
assert set(PROMISES) == set(WITHIN)


def new(request: HttpRequest) -> HttpResponse:
    """Drop a file; see what it seems to hold; correct it; the contract is made and the file loaded."""
    context: dict[str, Any] = {
        "title": t("从文件接入", "Set up from a file"),
        "types": TYPES,
        "means": MEANS,
        "grades": GRADES,
        "loads": LOADS,
        "promises": PROMISES,
        "problems": [],
    }
    try:
        if request.method == "POST" and "columns" in request.POST:
            return redirect(_made(request).get_absolute_url())
        if request.method == "POST":
            file = request.FILES.get("file")
            if not isinstance(file, UploadedFile):
                raise Problem(t("请选择一个文件", "Choose a file"), field="file")
            return redirect(f"/exchange/new/?drop={_kept(file)}")
    except LudaoError as error:
        context["problems"] = [str(p) for p in (error.problems if isinstance(error, Problems) else [error])]
    if drop := request.POST.get("drop") or request.GET.get("drop"):
        context |= _looked(request, drop)
    return render(request, "exchange/new.html", context, status=422 if context["problems"] else 200)


def connect(request: HttpRequest) -> HttpResponse:
    """A database, an API, a stream or a folder: tried first; then its rows are looked at as a dropped file's are."""
    kind, said = request.POST.get("kind") or request.GET.get("kind", "database"), request.POST
    problem: LudaoError | None = None
    if request.method == "POST":
        try:
            way = trying.way_of(kind, said)
            digest, name = trying.look(way)
            audit.write(request.actor, "exchange.try", None, {"from": way})
            return redirect(f"/exchange/new/?drop={signing.dumps([digest, name, way], salt=SALT)}")
        except LudaoError as error:
            problem = error
    names = trying.FIELDS.get(kind, ())
    context = {
        "title": t("连接数据库、接口或消息流", "Connect a database, an API or a stream"),
        "kinds": [(key, trying.WAYS[key], key == kind) for key in trying.FIELDS],
        "kind": kind,
        "fields": [{"name": name, "value": said.get(name, ""), **trying.CONNECTION[name]} for name in names],
        "settings": trying.settings(),
        "problems": [str(problem)] if problem else [],
    }
    return render(request, "exchange/connect.html", context, status=422 if problem else 200)


def _kept(file: UploadedFile) -> str:
    digest, _ = keeping.keep(file.file)  # type: ignore[arg-type]
    return signing.dumps([digest, (file.name or "data")[-100:], {"kind": "upload"}], salt=SALT)


def _opened(drop: str) -> tuple[str, str, dict[str, str]]:
    try:
        digest, name, way = signing.loads(drop, salt=SALT, max_age=86_400)
    except (signing.BadSignature, ValueError):
        raise Refused(t("没有找到", "Not found")) from None
    return digest, name, way


def _looked(request: HttpRequest, drop: str) -> dict[str, Any]:
    digest, name, way = _opened(drop)
    try:
        found = inferring.look(keeping.path_of(digest), digest[:16])
    except LudaoError as error:
        return {"problems": [str(error)]}
    said = request.POST
    stem = name.rsplit(".", 1)[0]
    columns = [
        {
            "place": n,
            "guess": c,
            "name": said.get(f"name-{n}", c.name),
            "zh": said.get(f"zh-{n}", c.zh),
            "type": said.get(f"type-{n}", c.type),
            "means": said.get(f"means-{n}", c.means),
            "grade": said.get(f"grade-{n}", c.grade),
            "samples": c.samples,
            "required": f"required-{n}" in said if said else c.required,
            "is_key": f"key-{n}" in said if said else c.is_key,
        }
        for n, c in enumerate(found.columns)
    ]
    given = {
        "address": f"source.upload.{answering.latin(stem)}",
        "zh": stem,
        "en": answering.latin(stem).replace("_", " ").capitalize(),
        "owner": request.actor.organisation,
        "at": found.at,
        "load": "merge" if found.key else "append",
        "promise": "monthly",
    }
    return {
        "drop": drop,
        "file": name,
        "way": "" if way["kind"] == "upload" else trying.WAYS[way["kind"]],
        "found": found,
        "columns": columns,
        "owners": Organisation.objects.filter(is_active=True, kind__in=OWNERS).order_by("level", "code"),
        "given": {key: said.get(key, value) for key, value in given.items()},
    }


def _made(request: HttpRequest) -> Delivery | Source:
    said = request.POST
    digest, name, way = _opened(said["drop"])
    places = [n for n in range(int(said["columns"] or 0)) if said.get(f"name-{n}")]
    contract = {
        "address": said.get("address", ""),
        "title": {"zh": said.get("zh", ""), "en": said.get("en", "")},
        "owner": said.get("owner", ""),
        "key": [said[f"name-{n}"] for n in places if f"key-{n}" in said],
        "at": said.get("at", ""),
        "load": said.get("load", ""),
        "promise": said.get("promise", ""),
        "from": way,
        "columns": {said[f"name-{n}"]: _column(said, n) for n in places},
    }
    if Source.objects.filter(address=contract["address"]).exists():
        raise Problem(
            t("这个地址已有数据源，请另取一个", "There is a source at this address: choose another"), field="address"
        )
    source = actions.set_up(request.actor, contract=json.dumps(contract, ensure_ascii=False))
    if way["kind"] != "upload":
        return actions.collect(request.actor, source=source)
    with keeping.path_of(digest).open("rb") as stream:
        file = UploadedFile(stream, name, size=keeping.path_of(digest).stat().st_size)
        delivery = actions.receive(request.actor, source=source, file=file)
    if delivery.is_loadable:
        actions.load(request.actor, delivery=delivery)
    return delivery


def _column(said: Any, n: int) -> dict[str, Any]:
    means = said.get(f"means-{n}", "")
    return {
        "zh": said.get(f"zh-{n}", ""),
        "en": said[f"name-{n}"].replace("_", " ").capitalize(),
        "type": said.get(f"type-{n}", ""),
        "means": means,
        "grade": said.get(f"grade-{n}", ""),
        "mask": inferring.SENSITIVE.get(means, ""),
        "required": f"required-{n}" in said,
        "aliases": [said.get(f"came-{n}", "")],
    }


def contract_of(request: HttpRequest, source: Source) -> dict[str, Any]:
    """What was promised, in words: the columns, their types and what is asked of them, the rules, the connection."""
    terms = source.terms
    return {
        "columns": [
            {
                "column": c,
                "type": TYPES[c.type],
                "means": MEANS.get(c.means, c.means),
                "grade": GRADES[c.grade],
                "is_key": c.name in terms.key,
                "is_at": c.name == terms.at,
            }
            for c in terms.columns.values()
        ],
        "rules": terms.rules,
        "load": LOADS[terms.load],
        "origin": [(name, value) for name, value in terms.origin.items() if name != "kind"],  # one of them is `items`
        "amend_url": f"/exchange/contract/{source.pk}/" if rights.may(request.actor, "exchange.set_up", source) else "",
    }


def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """The contract as a form. Where rows are kept otherwise under the new one, the table is tried anew first."""
    source: Source = within(request, "exchange.set_up", Source, pk)
    problems: list[str] = []
    if request.method == "POST":
        try:
            table = amending.amended(source, request.POST)
            text = json.dumps(table, ensure_ascii=False, default=str)
            if "anew" in request.POST or is_kept_otherwise(source.terms, read(table)):
                return redirect(actions.remake(request.actor, source=source, contract=text).get_absolute_url())
            actions.set_up(request.actor, contract=text)
            return redirect(source.get_absolute_url())
        except LudaoError as error:
            problems = [str(p) for p in (error.problems if isinstance(error, Problems) else [error])]
    context = {
        "title": t(f"修改契约：{source}", f"Amend the contract: {source}"),
        "source": source,
        "rows": amending.rows(source, request.POST),
        "rules": amending.rules(source, request.POST),
        "head": amending.head(source, request.POST),
        "means": MEANS,
        "grades": GRADES,
        "promises": PROMISES,
        "loads": LOADS,
        "types": TYPES,
        "anew": "anew" in request.POST,
        "qualities": QUALITIES,
        "problems": problems,
    }
    return render(request, "exchange/amend.html", context, status=422 if problems else 200)


def remade(request: HttpRequest, remake: Remake) -> dict[str, Any]:
    """What becomes of the rows under the new contract, and the job that finds it out or puts it in place."""
    terms = read(remake.contract)
    works = Work.objects.filter(
        address__in=("exchange.remake", "exchange.put_remake"), about=remake.source.address, given__remake=remake.pk
    ).order_by("-pk")
    is_tried = remake.state == Remake.BUILT
    entry = catalogue.get(remake.source.address)
    return {
        "work": works.first(),
        "is_tried": is_tried,
        "same_key": max(0, remake.standing + remake.open - remake.bad - remake.rows) if terms.key else 0,
        "reasons": [
            (str(reasons.words(terms, *mark.split(":", 1))), rows, remaking.examples(remake, mark) if is_tried else [])
            for mark, rows in sorted(remake.marks.items(), key=lambda one: -one[1])
        ],
        "entry_url": entry.get_absolute_url() if entry else "",
    }


def within(request: HttpRequest, right: str, model: type[Model], pk: int) -> Any:
    return get_object_or_404(rights.narrow(request.actor, right, model._default_manager.all()), pk=pk)


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Each column that came or went, what it looks like, and what it is to be."""
    question: Question = within(request, "exchange.answer", Question, pk)
    problems: list[str] = []
    if request.method == "POST":
        given = {name: value for key, name in _asked(question).items() if (value := request.POST.get(key))}
        try:
            actions.answer(
                request.actor, question=question, answers=json.dumps(given), refuse="refuse" in request.POST
            )
            return redirect(question.get_absolute_url())
        except Problem as problem:
            problems = [str(problem)]
    keys = {name: key for key, name in _asked(question).items()}
    suggested = answering.suggested(question)
    columns = question.source.terms.columns
    added = [
        {
            **one,
            "key": keys[one["name"]],
            "said": request.POST.get(keys[one["name"]], suggested[one["name"]]),
            "add": f"add:{answering.latin(one['name'], frozenset(columns))}",
            "choices": _choices(question, one, columns),
        }
        for one in question.new
    ]
    gone = [
        {
            "name": name,
            "title": columns[name].title,
            "key": keys[name],
            "needed": columns[name].required or name in question.source.terms.key,
        }
        for name in question.missing
        if name in columns
    ]
    return render(
        request,
        "exchange/answer.html",
        {
            "title": str(question),
            "question": question,
            "added": added,
            "gone": gone,
            "problems": problems,
            "changed": [
                {**one, "title": columns[one["name"]].title, "key": keys[one["name"]]}
                for one in question.changed
                if one["name"] in columns
            ],
        },
        status=422 if problems else 200,
    )


def _asked(question: Question) -> dict[str, str]:
    names = [one["name"] for one in question.new] + question.missing + [one["name"] for one in question.changed]
    return {f"q-{n}": name for n, name in enumerate(dict.fromkeys(names))}


def _choices(question: Question, one: dict[str, Any], columns: Any) -> list[tuple[str, str]]:
    like = {c["column"]: c["share"] for c in one.get("like", [])}
    names = sorted(question.missing, key=lambda name: -like.get(name, 0))
    words = [
        (name, str(columns[name].title), f"{like[name]:.0%}" if name in like else "")
        for name in names
        if name in columns
    ]
    return [
        (
            name,
            str(t(f"“{title}”改了名", f"“{title}” under another name"))
            + (str(t(f"（相似 {share}）", f" (alike: {share})")) if share else ""),
        )
        for name, title, share in words
    ]


def rows(request: HttpRequest, heap: Heap) -> dict[str, Any]:
    """What a heap's page shows beside its facts: its rows, and the trial of a rule."""
    contract, after = heap.source.terms, int(request.GET.get("after", "0") or 0)
    found = quarantine.rows(heap.delivery, heap.mark, after)
    audit.write(request.actor, "exchange.see_rows", heap, {"rows": len(found), "after": after})
    column = request.GET.get("column") or heap.column or next(iter(contract.columns))
    text, trial, wrong = request.GET.get("expression", ""), [], ""
    if text:
        try:
            trial = quarantine.preview(heap.delivery, heap.mark, column, text)
        except LudaoError as error:
            wrong = str(error)
    shown = [name for name in contract.columns if name == heap.column or name in contract.key]
    shown += [name for name in contract.columns if name not in shown]
    return {
        "rows": [
            {
                "row": row,
                "why": row.why(contract),
                "cells": [(contract.columns[name].title, row.value(name), name in row.wrong) for name in shown],
                "text": row.raw.get("_line", ""),
            }
            for row in found
        ],
        "columns": [contract.columns[name] for name in shown],
        "chosen": column,
        "expression": text,
        "trial": trial,
        "wrong": wrong,
        "remedy": heap.remedy,
        "may_mend": rights.may(request.actor, "exchange.mend", heap.delivery),
        "older": found[-1].line if len(found) == quarantine.PAGE else None,
    }


def mend_row(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """One row as a form by the contract's columns, its reasons at the fields."""
    delivery: Delivery = within(request, "exchange.mend", Delivery, pk)
    contract, found = delivery.source.terms, quarantine.row(delivery, line)
    if found is None:
        raise Refused(t("没有找到", "Not found"))
    problems: list[str] = []
    if request.method == "POST":
        changed = {
            name: request.POST[f"c-{name}"].strip()
            for name in contract.columns
            if f"c-{name}" in request.POST and request.POST[f"c-{name}"].strip() != (found.value(name) or "")
        }
        kept = dict(found.mend.values) if found.mend else {}
        try:
            actions.mend(
                request.actor,
                delivery=delivery,
                line=line,
                values=json.dumps({**kept, **changed}, ensure_ascii=False),
            )
            heap = delivery.heaps.first()
            back = request.POST.get("back", "")
            home = heap.get_absolute_url() if heap else delivery.get_absolute_url()
            return redirect(back if back.startswith("/exchange/heap/") else home)
        except Problem as problem:
            problems = [str(problem)]
    audit.write(request.actor, "exchange.see_rows", delivery, {"line": line})
    fields = [
        {
            "column": c,
            "value": request.POST.get(f"c-{name}", found.value(name) or ""),
            "why": [
                str(words)
                for mark, words in zip(found.marks, found.why(contract), strict=True)
                if mark.split(":", 1)[1] == name
            ],
        }
        for name, c in contract.columns.items()
    ]
    return render(
        request,
        "exchange/mend.html",
        {
            "title": t(f"修正第 {line} 行", f"Mend line {line}"),
            "delivery": delivery,
            "fields": fields,
            "problems": problems,
            "others": [
                words
                for mark, words in zip(found.marks, found.why(contract), strict=True)
                if not mark.split(":", 1)[1]
            ],
            "text": found.raw.get("_line", ""),
            "back": request.GET.get("back", ""),
        },
        status=422 if problems else 200,
    )


def delivery_work(request: HttpRequest, delivery: Delivery) -> dict[str, Any]:
    """The job that carries the delivery, as people watch it."""
    works = Work.objects.filter(
        address__in=("exchange.load", "exchange.replay"), about=delivery.source.address, given__delivery=delivery.pk
    ).order_by("-pk")
    return {
        "work": works.first(),
        "file_url": f"/exchange/delivery/{delivery.pk}/file/"
        if rights.may(request.actor, "exchange.download", delivery)
        else "",
        "question": delivery.questions.filter(answered_at=None).first(),
        "heaps": delivery.heaps.all(),
    }


def file(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came; who fetched it stands in the audit."""
    delivery: Delivery = within(request, "exchange.download", Delivery, pk)
    audit.write(request.actor, "exchange.download", delivery, {"digest": delivery.digest, "bytes": delivery.size})
    return FileResponse(
        keeping.path_of(delivery.digest).open("rb"),
        as_attachment=True,
        filename=delivery.name,
        content_type="application/octet-stream",
    )


def rows_file(request: HttpRequest, pk: int) -> FileResponse:
    """A heap's rows as CSV."""
    heap: Heap = within(request, "exchange.download", Heap, pk)
    audit.write(request.actor, "exchange.download", heap, {"rows": heap.rows})
    with keeping.Stage(f"export-{heap.pk}-{request.actor.request_id}") as stage:
        found = quarantine.export(heap.delivery, heap.mark, stage / "rows.csv").open("rb")
    return FileResponse(found, as_attachment=True, filename=f"quarantine-{heap.pk}.csv", content_type="text/csv")
