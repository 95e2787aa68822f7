"""What pages show of a case: its facts, papers, story, way and opinions."""

from typing import Any

from ludao.base.masks import mask
from ludao.base.text import t
from ludao.blocks.case import kinds
from ludao.blocks.case.models import Case, Entry, Task
from ludao.blocks.document import public as document
from ludao.blocks.form import public as forms
from ludao.blocks.workflow import public as workflow

PAGE = 30
TONES = {
    "returned": "warn",
    "suspended": "idle",
    "withdrawn": "idle",
    "lapsed": "bad",
    "ended": "bad",
    "urged": "warn",
    "supervised": "bad",
    "rated": "sea",
    "undone": "warn",
    "opened": "sea",
}
ICONS = {
    "returned": "arrow-back",
    "corrected": "send",
    "suspended": "player-pause",
    "resumed": "player-play",
    "withdrawn": "trash",
    "urged": "bell-ringing",
    "supervised": "eye-check",
    "rated": "star",
    "note": "note",
    "remark": "message",
    "asked_by_applicant": "message",
    "linked": "link",
    "merged": "git-merge",
    "step": "check",
    "opened": "plus",
    "undone": "arrow-back-up",
}


def basics(case: Case) -> list[dict[str, Any]]:
    """What every case has, whatever its kind."""
    rows: list[tuple[str, Any, str]] = [
        (t("办件编号", "Number"), case.number, "code"),
        (t("提交时间", "Submitted"), case.opened_at, "moment"),
        (t("受理时间", "Accepted"), case.accepted_at, "moment"),
        (t("决定时间", "Decided"), case.decided_at, "moment"),
        (t("办结时间", "Closed"), case.closed_at, "moment"),
        (t("渠道", "Channel"), case.get_channel_display(), ""),
    ]
    return [{"title": title, "value": value, "kind": kind} for title, value, kind in rows if value]


def facts(case: Case, *, unmask: bool = False) -> list[dict[str, Any]]:
    """The application in sections, as `form/_facts.html` takes them; a case without a form shows its words."""
    if case.form is not None:
        return list(forms.facts(forms.version(case.form), case.data, unmask=unmask))
    words = {"text": t("内容", "Text"), "about": t("所涉办件", "About")}
    rows = [
        {"title": words.get(name, name), "value": value, "parts": [], "files": [], "is_wide": True}
        for name, value in case.data.items()
        if isinstance(value, str | int | float) and not name.startswith("_")
    ]
    return [{"title": t("所述内容", "In their words"), "facts": rows}] if rows else []


def materials(case: Case) -> list[dict[str, Any]]:
    """Each paper with the pages that can be looked at beside it."""
    found = []
    for one in case.materials.select_related("document").order_by("pk"):
        version = one.document.current if one.document else None
        found.append(
            {
                "material": one,
                "title": str(one),
                "state": one.get_state_display(),
                "tone": {"rejected": "bad", "wanted": "warn", "verified": "ok", "held": "ok"}.get(one.state, "sea"),
                "pages": range(1, min(document.pages(version), 12) + 1) if version else (),
                "version": version,
                "note": one.note,
                "source": one.source,
                "is_required": one.is_required,
            }
        )
    return found


def timeline(case: Case, *, applicant: bool = False, unmask: bool = True) -> list[dict[str, Any]]:
    """The story, newest first; to the applicant without what is internal; who acts for no office is masked."""
    rows = case.entries.order_by("-pk")
    rows = rows.filter(is_internal=False) if applicant else rows
    return [_line(entry, unmask) for entry in rows[:200]]


def _line(entry: Entry, unmask: bool) -> dict[str, Any]:
    mark = t("（内部）", " (internal)") if entry.is_internal else ""
    return {
        "at": entry.at,
        "title": f"{entry}{mark}",
        "who": entry.by if unmask or entry.office else mask("name", entry.by),
        "organisation": entry.office,
        "text": entry.text,
        "icon": ICONS.get(entry.what, ""),
        "tone": TONES.get(entry.what, ""),
    }


def opinions(case: Case) -> list[Task]:
    """What was said at each step, in the order in which it was done."""
    return list(
        case.tasks.filter(state=Task.CLOSED)
        .select_related("by", "organisation", "asked_for")
        .order_by("closed_at", "pk")
    )


def way(case: Case) -> list[dict[str, Any]]:
    """The steps done and those that wait, for somebody who does not read drawings."""
    done = [
        {"title": task.name, "state": "done", "at": task.closed_at}
        for task in case.tasks.filter(state=Task.CLOSED, asked_for=None).order_by("closed_at")
    ]
    now = [
        {"title": task.name, "state": "now", "at": None}
        for task in case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED), asked_for=None).order_by("pk")
    ]
    return done + now + _coming(case)


def _coming(case: Case) -> list[dict[str, Any]]:
    """Of a plain way it is known what comes."""
    kind = kinds.find(case.kind)
    if kind is None or case.process or not case.is_open:
        return []
    known = set(case.tasks.values_list("key", flat=True))
    return [
        {"title": t(step.title["zh"], step.title.get("en", "")), "state": "coming", "at": None}
        for step in kind.steps
        if step.key not in known
    ]


def process(case: Case) -> dict[str, Any]:
    """The context of `workflow/_picture.html`; empty for a case without a drawing."""
    if case.instance is None:
        return {}
    instance = workflow.Instance.objects.select_related("version").filter(pk=case.instance).first()
    return dict(workflow.picture(instance)) if instance else {}
