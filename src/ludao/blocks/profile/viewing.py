"""The pages that a person's and an enterprise's file share: found for a purpose, opened, read by domain, by time, by
relation; printed; and one's own, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import actions, clock, rights
from ludao.base.actor import Actor
from ludao.base.errors import Problem, Refused
from ludao.base.text import t
from ludao.blocks.profile import disputes, looking, reading
from ludao.blocks.profile.extract import pdf
from ludao.blocks.profile.finding import FindForm
from ludao.blocks.profile.looking import File
from ludao.blocks.profile.sheets import Event, Sheet

MOST_FOUND = 10
MOST_EVENTS = 400
SEEN = {"time": "时间线", "relations": "关系", "looks": "查看记录"}


@dataclass(frozen=True)
class Desk:
    """What tells persons' pages from enterprises'."""

    profile: str
    address: str
    find_title: Any
    own_title: Any
    own_lead: Any
    nothing: Any
    form: type[FindForm]

    @property
    def home(self) -> str:
        return f"/{self.address.replace('.', '/')}/"


def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Find somebody by what one knows of them, for a purpose; there is no list of everybody."""
    actor = request.actor
    form = desk.form(request.POST or None)
    found: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = candidates(actor, desk, form)
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        if found and len(found) == 1 and form.is_exact:
            return open_file(request, desk, found[0]["entity"], form.cleaned_data)
    context = {
        "title": desk.find_title,
        "lead": t("每次查询都要写明用途，并记录在案；本人可以看到谁查过。",
                  "Every search names its purpose and is written down; the person sees who looked."),
        "form": form, "found": found, "desk": desk, "open_url": f"{desk.home}open/",
    }
    return render(request, "profile/find.html", context, status=422 if form.is_bound and form.errors else 200)


def candidates(actor: Actor, desk: Desk, form: FindForm) -> list[dict[str, Any]]:
    """Those found within the officer's area, masked; the search is written down whatever it finds."""
    purpose = looking.said(form.cleaned_data["purpose"], form.cleaned_data["basis"])
    every = reading.candidates(desk.profile, form.asked)
    mine = [one for one in every if looking.reaches(actor, f"{desk.address}.open", one.get("area_code"))]
    file = File.of(desk.profile, "")
    looking.note(actor.with_purpose(purpose), f"{desk.address}.find", file,
                 by=sorted(form.asked), found=len(mine))
    if len(mine) > MOST_FOUND:
        raise Problem(t(f"有 {len(mine)} 个结果，请再加条件", f"{len(mine)} are found: add what you know"))
    return [reading.shown(desk.profile, one) for one in mine]


def open_post(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One of several found."""
    if request.method != "POST":
        return redirect(desk.home)
    return open_file(request, desk, request.POST.get("entity", ""), request.POST)


def open_file(request: HttpRequest, desk: Desk, entity: str, given: Mapping[str, Any]) -> HttpResponse:
    spec = actions.get(f"{desk.address}.open")
    purpose, basis = str(given.get("purpose", "")), str(given.get("basis", ""))
    actor = request.actor.with_purpose(looking.said(purpose, basis))
    file = spec.call(actor, {"entity": entity, "purpose": purpose, "basis": basis})
    return redirect(file.get_absolute_url())


def opened(actor: Actor, desk: Desk, entity: str, purpose: str, basis: str) -> File:
    """What the subsystems' action `open` does: within reach, for a purpose, under the file's masked name."""
    golden = reading.golden(desk.profile, entity)
    if golden is None:
        raise Problem(t("没有这份档案", "There is no such file"), field="entity")
    if not looking.reaches(actor, f"{desk.address}.open", golden.get("area_code")) and not actor.is_system:
        raise Problem(t("没有这份档案，或不在您的辖区", "There is no such file, or it lies outside your area"),
                      field="entity")
    return File.of(desk.profile, entity, reading.shown(desk.profile, golden)["name"])


def file_page(request: HttpRequest, desk: Desk, entity: str) -> HttpResponse:
    """A file before an officer: what there is by domain, when, with whom, where sources differ, who looked."""
    golden = reading.golden(desk.profile, entity)
    if golden is None or not looking.reaches(request.actor, f"{desk.address}.open", golden.get("area_code")):
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    file = File.of(desk.profile, entity, reading.shown(desk.profile, golden, is_placed=False)["name"])
    purpose = looking.opened(request.actor, desk.address, file)
    if not purpose:
        return render(request, "profile/purpose.html", {
            "title": t("请先说明用途", "First say what it is for"), "form": desk.form.purpose_only(), "entity": entity,
            "open_url": f"{desk.home}open/", "back_url": desk.home, "name": str(file)})
    actor = request.actor.with_purpose(purpose)
    sheet = reading.sheet(desk.profile, entity, actor, record=golden)
    domain = request.GET.get("domain", "")
    tab = request.GET.get("tab", "file")
    looking.note(actor, f"{desk.address}.look", file, seen=_seen(sheet, tab, domain))
    context = {
        "title": sheet.name or str(file), "sheet": sheet, "purpose": purpose, "desk": desk, "entity": entity,
        "area": "desk", "tabs": tabs(request, officer_tabs(sheet, entity, desk), tab), "tab": tab, "domain": domain,
        "as_of": clock.now(),
        "crumbs": [{"title": desk.find_title, "url": desk.home}, {"title": str(file), "url": ""}],
        "sections": sheet.only(domain).sections if domain else sheet.sections,
        "may_extract": looking.reaches(actor, f"{desk.address}.extract", golden.get("area_code")),
        "may_judge": rights.may(actor, "profile.split"), "may_join": rights.may(actor, "profile.join"),
        **part(request, sheet, desk, entity, tab),
    }
    return render(request, "profile/file.html", context)


def _seen(sheet: Sheet, tab: str, domain: str) -> str:
    titles = {s.key: str(s.title) for s in sheet.sections}
    return titles.get(domain, "") if domain else SEEN.get(tab, "")


def officer_tabs(sheet: Sheet, entity: str, desk: Desk) -> list[tuple[str, Any, int | None]]:
    return [
        ("file", t("档案", "File"), len(sheet.cards)), ("time", t("时间线", "Timeline"), None),
        ("relations", t("关系", "Relations"), None),
        ("conflicts", t("不一致", "Differences"), len(sheet.conflicts) or None),
        ("disputes", t("异议", "Disputes"), disputes.of(desk.profile, entity).count() or None),
        ("looks", t("谁看过", "Who looked"), None),
    ]


def tabs(request: HttpRequest, named: list[tuple[str, Any, int | None]], current: str) -> list[dict[str, Any]]:
    return [{"key": key, "title": title, "count": count, "url": f"?tab={key}", "current": key == current}
            for key, title, count in named]


def part(request: HttpRequest, sheet: Sheet, desk: Desk, entity: str, tab: str, own: str = "") -> dict[str, Any]:
    """What the tab holds beside the sheet itself."""
    match tab:
        case "time":
            return timeline(request, sheet)
        case "relations":
            return {"picture": reading.picture(desk.profile, entity, sheet.name, is_plain=bool(own)),
                    "related": reading.related(desk.profile, entity, is_plain=bool(own))}
        case "disputes":
            return {"disputes": list(disputes.of(desk.profile, entity)[:100])}
        case "looks":
            return {"looks": looking.looks(File.of(desk.profile, entity), own)}
    return {}


def timeline(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    """Events over all domains, by year, newest first; narrowed to a domain or a year."""
    domain, year = request.GET.get("in", ""), request.GET.get("year", "")
    events = [e for e in sheet.events if not domain or e.domain == domain]
    chosen = [e for e in events if not year or str(e.day.year) == year][:MOST_EVENTS]
    years: list[tuple[int, list[Event]]] = [(y, list(found)) for y, found in groupby(chosen, lambda e: e.day.year)]
    every = sorted({e.day.year for e in events}, reverse=True)
    return {"years": years, "every_year": every, "of": domain, "year": year}


def mine(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One's own file, on a phone first: what the city holds about me, from where, who looked, what I said is wrong."""
    entity = reading.own(request.actor, desk.profile)
    if not entity:
        words = {"title": desk.own_title, "words": desk.nothing, "area": "portal"}
        return render(request, "profile/nothing.html", words)
    actor = request.actor.with_purpose(str(t("本人查看", "Own file")))
    is_plain = request.GET.get("plain") == "1"
    sheet = reading.sheet(desk.profile, entity, actor, is_own=True, is_plain=is_plain)
    tab = request.GET.get("tab", "file")
    looking.note(actor, f"{desk.address}.look", File.of(desk.profile, entity, reading.veiled(sheet.name)))
    own = actor.person
    named: list[tuple[str, Any, int | None]] = [
        ("file", t("档案", "File"), None), ("time", t("经历", "Over time"), None),
        ("relations", t("关系", "Relations"), None), ("looks", t("谁看过", "Who looked"), None),
        ("disputes", t("我提的异议", "What I disputed"), disputes.of(desk.profile, entity).count() or None),
    ]
    context = {
        "title": desk.own_title, "lead": desk.own_lead, "sheet": sheet, "sections": sheet.sections, "desk": desk,
        "area": "portal", "tabs": tabs(request, named, tab), "tab": tab, "is_plain": is_plain, "is_own": True,
        "as_of": clock.now(), "offices": len({c.owner_code for c in sheet.cards}),
        **part(request, sheet, desk, entity, tab, own),
    }
    return render(request, "profile/mine.html", context)


def extract(request: HttpRequest, desk: Desk, entity: str) -> HttpResponse:
    """The file on paper, each page marked with who made it, when and for what."""
    golden = reading.golden(desk.profile, entity)
    if golden is None or not looking.reaches(request.actor, f"{desk.address}.extract", golden.get("area_code")):
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    file = File.of(desk.profile, entity, reading.shown(desk.profile, golden, is_placed=False)["name"])
    purpose = looking.opened(request.actor, desk.address, file)
    if not purpose:
        return redirect(file.get_absolute_url())
    actor = request.actor.with_purpose(purpose)
    return _printed(request, desk, reading.sheet(desk.profile, entity, actor, record=golden), actor, file)


def own_extract(request: HttpRequest, desk: Desk) -> HttpResponse:
    entity = reading.own(request.actor, desk.profile)
    if not entity:
        return redirect(f"{desk.home}mine/")
    actor = request.actor.with_purpose(str(t("本人下载", "Own file, downloaded")))
    sheet = reading.sheet(desk.profile, entity, actor, is_own=True)
    return _printed(request, desk, sheet, actor, File.of(desk.profile, entity, reading.veiled(sheet.name)))


def _printed(request: HttpRequest, desk: Desk, sheet: Sheet, actor: Actor, file: File) -> HttpResponse:
    domain = request.GET.get("domain", "")
    chosen = sheet.only(domain) if domain else sheet
    looking.note(actor, f"{desk.address}.extract", file, seen=_seen(sheet, "", domain))
    answer = HttpResponse(pdf(chosen, actor, desk.profile), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{desk.profile}-{clock.today():%Y%m%d}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer

