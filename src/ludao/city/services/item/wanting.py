"""What stands between an item and its first case: facts, form, process, people, result; and where each is mended."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ludao.base import rights
from ludao.base.actor import Actor
from ludao.base.text import from_pair, t
from ludao.blocks.form import public as forms
from ludao.blocks.identity.public import Organisation
from ludao.blocks.workflow import public as workflow

from . import means
from .engine.facts import Finding
from .models import Version

# Which step mends what the check finds.
PLACE = dict.fromkeys(("basis", "conditions", "results", "windows", "promised_days", "questions", "materials"), "facts")
GOOD, HINT, BAD = "ok", "warn", "bad"
NAMED = 4


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    icon: str = "eye"


@dataclass(frozen=True)
class Want:
    """One part: how it stands in a line, what is to be done about it (True where it must be), and where."""

    name: str
    title: str
    tone: str
    text: str
    lines: tuple[tuple[str, bool], ...]
    links: tuple[Link, ...]


def listed(version: Version, actor: Actor) -> list[Want]:
    """In the order in which an item is drawn up; without form and process it is a guide, and says so."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in means.findings(version.facts):
        found[PLACE.get(one.field, one.field)].append(one)
    base = f"/services/item/build/{version.pk}/"
    return [
        _part("facts", t("办事要素", "Facts"), _facts(version), found["facts"], (_mend(base, "facts"),)),
        _form(version, found["form"], base),
        _process(version, found["process"], base),
        *_people(version, actor),
        _result(version, found["result"], base),
    ]


def _part(name: str, title: str, text: str, found: Iterable[Finding], links: tuple[Link, ...], tone: str = "") -> Want:
    lines = tuple((one.text, one.is_grave) for one in found)
    worst = BAD if any(grave for _, grave in lines) else HINT if lines else GOOD
    return Want(name, title, tone if tone and worst == GOOD else worst, text, lines, links)


def _mend(base: str, step: str) -> Link:
    return Link(t("去填写", "Write it") if step == "facts" else t("去选择", "Choose"), f"{base}{step}/", "edit")


def _facts(version: Version) -> str:
    said = version.facts
    papers, asked = len(said.get("materials") or ()), len(said.get("questions") or ())
    days = said.get("promised_days")
    term = t("未写承诺时限", "no term promised") if days is None else t(f"承诺 {days} 个工作日", f"{days} working days")
    return t(f"{term} · 材料 {papers} 份 · 情形 {asked} 个", f"{term} · papers: {papers} · questions: {asked}")


def _form(version: Version, found: list[Finding], base: str) -> Want:
    title, address = t("申请表单", "Form"), str(version.facts.get("form") or "")
    try:
        used = forms.current(address) if address else None
    except LookupError:
        used = None
    if used is None:
        return _part("form", title, GUIDE, found, (_mend(base, "form"),), tone=HINT)
    fields = [one for path, one in used.design.walk() if "*" not in path]
    taken = sum(1 for one in fields if one.taken)
    words = from_pair(used.design.title)
    said = t(f"{words}：{len(fields)} 项，其中 {taken} 项从已有数据预填",
             f"{words}: {len(fields)} fields, {taken} filled from what is held")
    tone = GOOD if taken else HINT
    return _part("form", title, said, found, (Link(t("试填", "Try it"), f"/form/try/{used.pk}/", "pencil"),
                                             _mend(base, "form")), tone)


GUIDE = t("没有选：只是一份指南，群众不能网上申请", "None: a guide only, nobody applies online")


def _process(version: Version, found: list[Finding], base: str) -> Want:
    title, address = t("办理流程", "Process"), str(version.facts.get("process") or "")
    drawn = workflow.Definition.objects.filter(pk=address, number__isnull=False).first() if address else None
    if drawn is None:
        return _part("process", title, GUIDE, found, (_mend(base, "process"),), tone=HINT)
    look = Link(t("看流程图、模拟", "See and simulate it"), drawn.get_absolute_url(), "route")
    return _part("process", title, str(drawn), found, (look, _mend(base, "process")))


def _people(version: Version, actor: Actor) -> list[Want]:
    """Each role of the process at its organisation: without anybody its cases would wait in vain."""
    address = str(version.facts.get("process") or "")
    if not workflow.Definition.objects.filter(pk=address, number__isnull=False).exists():
        return []
    crews = workflow.crew(address, version.item.organisation_id)
    offices = Organisation.objects.in_bulk({one.organisation for one in crews})
    may_give = rights.reach(actor, "permission.grant")
    lines, links, said = [], [], []
    for one in crews:
        office = offices.get(one.organisation, one.organisation)
        if one.people:
            where = "" if one.organisation == version.item.organisation_id else f"{office} "
            said.append(t(f"{where}{one.title} {_names(one.people, '、')}",
                          f"{where}{one.title} {_names(one.people, ', ')}"))
            continue
        lines.append((t(f"{office}没有人担任“{one.title}”：{'、'.join(map(str, one.steps))}没有人办",
                        f"Nobody is {one.title} at {office}: {', '.join(map(str, one.steps))}"), False))
        if may_give:
            links.append(Link(t(f"授予“{one.title}”", f"Give “{one.title}”"),
                              f"/permission/do/grant/?role={one.role}&organisation={one.organisation}", "user-plus"))
    if lines and not may_give:
        lines.append((t("请权限管理员授予上述角色", "Ask whoever gives roles"), False))
    text = t("；".join(map(str, said)) or "还没有人", "; ".join(map(str, said)) or "nobody yet")
    return [Want("people", t("由谁办理", "Who does it"), HINT if lines else GOOD, text, tuple(lines), tuple(links))]


def _names(people: tuple[str, ...], comma: str) -> str:
    few = comma.join(people[:NAMED])
    return t(f"{few}等 {len(people)} 人", f"{few} of {len(people)}") if len(people) > NAMED else few


def _result(version: Version, found: list[Finding], base: str) -> Want:
    title, name = t("结果文书", "Result"), str(version.facts.get("result") or "")
    sheet: dict[str, Any] | None = means.sheets().get(name)
    if sheet is None:
        needed = t("没有选", "None chosen")
        return _part("result", title, needed, found, (_mend(base, "result"),), tone=HINT)
    sample = Link(t("看样张", "See a sample"), f"{base}sample.pdf", "file-certificate")
    return _part("result", title, from_pair(sheet["title"]), found, (sample, _mend(base, "result")))
