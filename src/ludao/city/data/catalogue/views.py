"""The catalogue's own pages: find data, the tabs of an entry, the query desk, quality at large, DCAT."""

import re
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render

from ludao.base import actions as house
from ludao.base import clock, rights
from ludao.base.errors import LudaoError
from ludao.base.pages import exports
from ludao.base.pages.lists import buttons
from ludao.base.registry import by_address
from ludao.base.streaming import stream
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Check, Entry
from ludao.blocks.lake import public as lake

from . import ancestry, drawing, finding, querying
from .models import Query, Run
from .protocols import dcat

SIZE = 30
TABS = (
    ("columns", t("列", "Columns")), ("preview", t("预览", "Preview")), ("charts", t("画像", "Profile")),
    ("quality", t("质量", "Quality")), ("lineage", t("血缘", "Lineage")), ("versions", t("版本", "Versions")),
    ("uses", t("使用", "Uses")), ("questions", t("问答", "Questions")),
)
EXAMPLE = "select area_code, count(*) as people\nfrom source.police.resident\ngroup by area_code\norder by people desc"


def manifest() -> Any:
    return by_address()["data.catalogue"]


def find(request: HttpRequest) -> HttpResponse:
    """Every dataset of the city, by words and facets."""
    rows = finding.found(request.GET)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    chosen = bool(kept.dict())
    context = {
        "title": t("找数据", "Find data"), "page": page, "kept": kept.urlencode(),
        "facets": finding.facets(request.GET),
        "words": request.GET.get("q", ""), "figures": [] if chosen else _figures(),
        "sorts": [(key, title, _with(request.GET, sort=key), request.GET.get("sort", "title") == key)
                  for key, (_, title) in finding.SORTS.items()],
        "hidden": [(k, v) for k in kept if k != "q" for v in kept.getlist(k)], "is_narrowed": chosen,
    }
    return render(request, "data_catalogue/find.html", context)


def _with(asked: QueryDict, **changes: str) -> str:
    changed = asked.copy()
    changed.pop("page", None)
    for name, value in changes.items():
        changed[name] = value
    return f"?{changed.urlencode()}"


def _figures() -> list[dict[str, Any]]:
    total = catalogue.records()
    late = [e for e in Entry.objects.filter(kind="source", is_withdrawn=False) if e.is_late]
    share = total["records"] / total["goal"] * 100
    return [
        {"title": t("有效数据", "Valid records"), "value": total["records"], "unit": t("条", "records"),
         "text": t(f"50亿条目标的{share:.4f}%", f"{share:.4f}% of 5 billion"), "as_of": total["as_of"]},
        {"title": t("数据资源", "Datasets"), "value": total["datasets"],
         "unit": t("项", "datasets"), "as_of": clock.today()},
        {"title": t("未按承诺更新", "Late by their promise"), "value": len(late),
         "unit": t("项", "datasets"),
         "tone": "warn" if late else "ok", "as_of": clock.today(), "url": "/data/catalogue/quality/"},
    ]


def tab(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """What the kit's detail page needs beside the facts: our tabs before its own, and the one that is open."""
    keys = [key for key, _ in TABS]
    asked = request.GET.get("tab", "")
    is_kits = asked == "timeline" or (asked == "audit" and rights.reach(request.actor, "base.read_audit"))
    current = asked if asked in keys or is_kits else "columns"
    last = [("timeline", t("经过", "Timeline"))]
    last += [("audit", t("审计", "Audit"))] if rights.reach(request.actor, "base.read_audit") else []
    tabs = [{"key": key, "title": title, "url": f"?tab={key}", "current": key == current, "count": None}
            for key, title in (*TABS, *last)]
    found: dict[str, Any] = {"tabs": tabs, "entry": entry, "lead": entry.row, "sections": [],
                             "actions": _apply(request, entry) + _own(request, entry, ("ask", "describe", "measure"))}
    if current in keys:
        found |= {"tab_template": f"data_catalogue/_{current}.html", "timeline": None, **_OF[current](request, entry)}
    return found


def _apply(request: HttpRequest, entry: Entry) -> list[dict[str, Any]]:
    """The way to another department's data leads to sharing's counter, for whoever may apply there."""
    is_others = entry.owner_id and entry.owner_id != request.actor.organisation
    if not (is_others and entry.is_lake and rights.reach(request.actor, "data.sharing.apply")):
        return []
    return [{"title": t("申请共享", "Apply for it"), "url": f"/data/sharing/ask/?address={entry.address}",
             "icon": "send"}]


def _own(request: HttpRequest, entry: Entry, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Buttons for what is the person's to do: everybody may ask, the owner's people look after the rest."""
    may = [n for n in names if n == "ask" or catalogue.reaches(request.actor, f"data.catalogue.{n}", entry)]
    return buttons(request, manifest(), may, entry)


def _columns(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    return {"columns": entry.columns.all()}


def _preview(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Rows are shown only when asked for, with the purpose named; each reading is counted and audited."""
    purpose, is_asked = request.GET.get("purpose", "").strip(), "show" in request.GET
    if not is_asked:
        return {"purpose": purpose, "answer": None, "is_asked": False}
    from ludao.base import audit

    try:
        answer, error = querying.preview(request.actor, entry, purpose), ""
    except LudaoError as problem:
        answer, error = None, str(problem)
    if answer is not None:
        audit.write(request.actor.with_purpose(purpose), "data.catalogue.preview", entry,
                    {"columns": answer.columns, "rows": len(answer.rows)})
    return {"purpose": purpose, "answer": answer, "is_asked": True, "error": error}


def _charts(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    from ludao.base.models import Work

    profiles = {p.column: p for p in entry.profiles.all()}
    cards = [{"column": c, "profile": p, "bars": drawing.bars(p.bars), "top": drawing.shares(p.top, p.rows)}
             for c in entry.columns.all() if (p := profiles.get(c.name))]
    work = Work.objects.filter(address="catalogue.profile", about=entry.address).order_by("-pk").first()
    return {"cards": cards, "work": work if work and not work.is_over else None,
            "begin": _own(request, entry, ("measure",)), "at": next((p.at for p in profiles.values()), None)}


def _quality(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """The dimensions over time, or the rules about one column; and each rule's own line beside its newest score."""
    checks = list(entry.checks.order_by("-at", "-pk")[:60])
    rules = list(entry.rules.all())
    told = _told(checks)
    about = {c.name: {r.name for r in rules if re.search(rf"\b{c.name}\b", r.says)} & told.keys()
             for c in entry.columns.all()}
    chosen = request.GET.get("column", "")
    if names := sorted(about.get(chosen, ())):
        series = {line: told[name] for line, name in zip(LINES, names, strict=False)}
    else:
        series = {"quality": (t("质量分", "Quality"), _over(checks, "quality"))}
        series |= {name: (title, _over(checks, name)) for name, title in catalogue.QUALITIES}
    scores = [(score, drawing.spark([share for _, share in told[score.name][1]]) if score.name in told else None)
              for score in (checks[0].scores.all() if checks else [])]
    return {"checks": checks[:20], "trend": drawing.trend(series), "newest": checks[0] if checks else None,
            "scores": scores, "has_past": any(points and " " in points for _, points in scores), "rules": rules,
            "unasked": catalogue.unasked(entry), "chosen": chosen if names else "",
            "columns": [c for c in entry.columns.all() if about[c.name]]}


LINES = ("quality", *(name for name, _ in catalogue.QUALITIES))


def _told(checks: list[Check]) -> dict[str, tuple[Any, list[tuple[str, float | None]]]]:
    """Each rule's title and its share at every check, in one question; nothing where it was not asked."""
    found: dict[str, tuple[Any, dict[int, float | None]]] = {}
    for score in catalogue.Score.objects.filter(of__in=checks).order_by("of__at", "of"):
        found.setdefault(score.name, (str(score), {}))[1][score.of_id] = score.share
    return {name: (title, [(f"{c.at.astimezone(clock.SHANGHAI):%m-%d %H:%M}", shares.get(c.pk)) for c in
                           reversed(checks)]) for name, (title, shares) in found.items()}


def _over(checks: list[Check], name: str) -> list[tuple[str, float | None]]:
    shares = [(f"{c.at.astimezone(clock.SHANGHAI):%m-%d %H:%M}", getattr(c, name)) for c in reversed(checks)]
    return [(at, None if share is None else float(share)) for at, share in shares]


def _lineage(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    column = request.GET.get("column", "")
    known = [c.name for c in entry.columns.all()]
    opened = column if column in known else ""
    return {"graph": ancestry.drawn(entry, opened, "columns" in request.GET), "opened": opened, "names": known,
            "is_open": "columns" in request.GET}


def _versions(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    if not entry.is_lake or not lake.exists(entry.address):
        return {"versions": [], "may_undo": False}
    return {"versions": lake.versions(entry.address, 50),
            "may_undo": catalogue.reaches(request.actor, "data.catalogue.undo", entry)}


def _uses(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    uses = catalogue.Use.objects.filter(address=entry.address)
    sums = uses.values("organisation", "purpose", "by").annotate(t=Sum("times"), r=Sum("rows")).order_by("-t")[:20]
    return {"uses": uses[:50], "sums": sums, "permits": entry.permits.select_related("organisation")[:50]}


def _questions(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    return {"remarks": entry.remarks.all()[:100], "begin": _own(request, entry, ("ask",)),
            "may_answer": catalogue.reaches(request.actor, "data.catalogue.answer", entry)}


_OF = {"columns": _columns, "preview": _preview, "charts": _charts, "quality": _quality, "lineage": _lineage,
       "versions": _versions, "uses": _uses, "questions": _questions}


def query(request: HttpRequest) -> HttpResponseBase:
    """The query desk: SQL in, a table out, as a file when asked; the person's saved queries and history beside it."""
    sql, purpose = request.POST.get("sql", ""), request.POST.get("purpose", "")
    answer, error = None, None
    if request.method == "POST":
        try:
            answer = house.get("data.catalogue.query").call(request.actor, {"sql": sql, "purpose": purpose})
        except LudaoError as problem:
            error = problem
            querying.failed(request.actor, sql[:20_000], purpose, str(problem))
        if answer is not None and (kind := request.POST.get("export")):
            return _file(request, answer, kind)
    elif shown := _kept(request):
        sql, purpose = shown.sql, shown.purpose
    me = request.actor.person
    context = {
        "title": t("查询台", "Query desk"), "sql": sql or request.GET.get("sql", ""), "purpose": purpose,
        "answer": answer, "error": error, "example": EXAMPLE, "line": error.more.get("line") if error else None,
        "saved": Query.objects.filter(person=me), "history": Run.objects.filter(person=me)[:20],
        "tables": _readable(request), "most": querying.MOST_ROWS,
    }
    return render(request, "data_catalogue/query.html", context, status=422 if error else 200)


def _kept(request: HttpRequest) -> Query | Run | None:
    for name, model in (("saved", Query), ("run", Run)):
        if (key := request.GET.get(name, "")).isdigit():
            found: Query | Run | None = model.objects.filter(person=request.actor.person, pk=key).first()
            return found
    return None


def _readable(request: HttpRequest) -> list[Entry]:
    """The tables of the lake that this person may query something of."""
    rows = Entry.objects.filter(form="delta", is_withdrawn=False, records__gt=0).prefetch_related("columns")[:300]
    may = catalogue.allowed_of(request.actor, list(rows))
    return [e for e in rows if e.address in may]


def _file(request: HttpRequest, answer: querying.Answer, kind: str) -> HttpResponseBase:
    name = f"query-{clock.now():%Y%m%d-%H%M}"
    if kind == "xlsx":
        return stream(request, exports._blocks(exports._xlsx(answer.columns, iter(answer.rows))), exports.XLSX,
                      f"{name}.xlsx")
    return stream(request, exports._csv(answer.columns, answer.rows), "text/csv; charset=utf-8", f"{name}.csv")


def quality(request: HttpRequest) -> HttpResponse:
    """Every department's tables by their five dimensions; the worst first."""
    rows = list(Entry.objects.filter(kind="source", is_withdrawn=False).select_related("owner").order_by(
        "quality", "address"))
    newest = Check.objects.filter(entry__in=rows).order_by("entry_id", "-at", "-pk").distinct("entry_id")
    checks = {c.entry_id: c for c in newest}
    context = {"title": t("质量总览", "Quality at large"), "rows": [(e, checks.get(e.pk)) for e in rows],
               "words": [title for _, title in catalogue.QUALITIES], "as_of": clock.now()}
    return render(request, "data_catalogue/quality.html", context)


def dcat_page(request: HttpRequest) -> JsonResponse:
    """The whole catalogue as DCAT-AP in JSON-LD."""
    rows = Entry.objects.filter(is_withdrawn=False).select_related("owner").prefetch_related("columns")
    made = dcat.catalogue(list(rows), f"{request.scheme}://{request.get_host()}")
    return JsonResponse(made, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})
