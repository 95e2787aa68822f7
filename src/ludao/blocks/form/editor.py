"""The officer's editor: a draft's sections and fields on one side, the form as people will see it on the other."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import actions, uses
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.sealed import Broken, seal, unseal
from ludao.base.text import from_pair, t

from . import public
from .engine import editing
from .engine.editing import Table
from .engine.kinds import KINDS, NESTED
from .models import Version

FIELD, SECTION = "form.editor_field", "form.editor_section"


def editor(request: HttpRequest, pk: int) -> HttpResponse:
    """Each change is saved in the draft at once; the draft is published on its own page."""
    version = Version.objects.select_related("form").filter(pk=pk, state=Version.DRAFT).first()
    if version is None or version.form.is_tool:
        raise Http404
    editing_ = _Editing(request, version)
    if request.method == "POST":
        editing_.act(request.POST.get("_op", ""))
    if request.method == "POST" and not request.headers.get("HX-Request") and not editing_.problems:
        return redirect(f"/form/editor/{version.pk}/?at={editing_.at}#editor-panel")
    template = "form/_editor.html" if request.headers.get("HX-Request") else "form/editor.html"
    return render(request, template, editing_.context(), status=422 if editing_.problems else 200)


class _Editing:
    """One request of the editor. `at` is what the panel is about: field:children.name, section:1 or text."""

    def __init__(self, request: HttpRequest, version: Version) -> None:
        self.request, self.version = request, version
        self.at = request.POST.get("at") or request.GET.get("at", "")
        self.problems: list[Problem] = []
        self.typed: dict[str, Any] | None = None
        self.filled: dict[str, Any] = {}

    def act(self, op: str) -> None:
        """One button. What is wrong is told, and nothing of the draft changes."""
        verb, _, what = op.partition(":")
        if verb == "open":
            self.at = what
            return
        try:
            self._not_changed_meanwhile()
            doing: dict[str, Callable[[str], None]] = {
                "save": self.save, "text": self.save_text, "add_field": self.add_field, "add_section": self.add_section,
                "up": lambda what: self.move(what, -1), "down": lambda what: self.move(what, 1), "remove": self.remove}
            if verb not in doing:
                raise Problem(t("没有这个操作", "There is no such operation"))
            doing[verb](what)
        except Refused:
            raise
        except Problems as error:
            self.problems += error.problems
        except LudaoError as error:
            self.problems.append(Problem(str(error), field=error.field))

    def _not_changed_meanwhile(self) -> None:
        try:
            seen = unseal(self.request.POST.get("seen", ""), "form.editor")
        except Broken:
            seen = None
        if seen != [self.version.pk, self.version.made_at.timestamp()]:
            raise Problem(t("别人刚改过这份草稿；下面是现在的内容，请再做一次",
                            "Somebody changed the draft meanwhile; below is what it says now: do it once more"))

    def revise(self, text: str) -> None:
        self.version = actions.get("form.revise").call(self.request.actor, {"version": self.version.pk, "text": text})

    def change(self, change: Callable[[Table], Any]) -> Any:
        table = editing.opened(self.version.text)
        result = change(table)
        self.revise(editing.write(table))
        return result

    # — operations —————————————————————————————————————————————————————————————————————————————————————

    def add_field(self, what: str) -> None:
        """what: section number, or the path of a group or rows."""
        kind = self.request.POST.get(f"kind:{what}", "text")
        where: dict[str, Any] = {"section": int(what)} if what.isdigit() else {"parent": what}
        self.at = "field:" + self.change(lambda table: editing.add_field(table, kind, **where))

    def add_section(self, _: str) -> None:
        self.at = f"section:{self.change(editing.add_section)}"

    def move(self, what: str, by: int) -> None:
        verb, _, path = what.partition(":")
        if verb == "section":
            self.at = f"section:{self.change(lambda table: editing.move_section(table, int(path), by))}"
        else:
            self.change(lambda table: editing.move_field(table, path, by))
            self.at = what

    def remove(self, what: str) -> None:
        verb, _, path = what.partition(":")
        if verb == "section":
            self.change(lambda table: editing.remove_section(table, int(path)))
        else:
            self.change(lambda table: editing.remove_field(table, path))
        self.at = ""

    def save_text(self, _: str) -> None:
        self.at = "text"
        self.typed = {"text": self.request.POST.get("text", "").replace("\r\n", "\n")}
        self.revise(self.typed["text"])
        self.typed = None

    def save(self, what: str) -> None:
        """The panel's own form: a field or a section."""
        verb, _, path = what.partition(":")
        panel = public.current(FIELD if verb == "field" else SECTION)
        entered = public.read(panel, self.request.POST)
        self.at, self.typed = what, entered.typed
        if entered.problems:
            raise Problems(entered.problems)
        if verb == "section":
            self.change(lambda table: editing.set_section(table, int(path), entered.data))
        else:
            self.at = "field:" + self.change(lambda table: editing.set_field(table, path, entered.data))
        self.typed = None

    # — what the page shows ————————————————————————————————————————————————————————————————————————————

    def context(self) -> dict[str, Any]:
        table = editing.opened(self.version.text)
        sections = [self._section(table, n, section) for n, section in enumerate(table["layout"])]
        return {
            "title": t("编辑表单", "Edit a form"), "version": self.version,
            "uses": uses.of(self.request.actor, self.version.form_id), "sections": sections, "at": self.at,
            "lead": self.version, "seen": seal([self.version.pk, self.version.made_at.timestamp()], "form.editor"),
            "kinds": [(name, kind.title) for name, kind in KINDS.items()],
            "panel": self._panel(table), "said": [p for p in self.problems if not self._is_in_panel(p)],
            "preview": public.fields(self.version, public.blank(self.version), request=self.request,
                                     key="preview")["filling"],
            "preview_title": from_pair(self.version.design.title),
            "crumbs": [{"title": t("表单", "Forms"), "url": "/form/"},
                       {"title": str(self.version.form), "url": self.version.form.get_absolute_url()},
                       {"title": t("编辑", "Edit"), "url": ""}],
        }

    def _is_in_panel(self, problem: Problem) -> bool:
        return bool(self.typed) and self.at != "text" and "." not in problem.field and bool(problem.field)

    def _section(self, table: Table, n: int, section: Table) -> dict[str, Any]:
        properties, required = table["schema"]["properties"], table["schema"].get("required", [])
        fields = [self._field(name, name, properties[name], name in required) for name in section["fields"]]
        return {"at": f"section:{n}", "number": n, "title": from_pair(section["section"]), "when": section.get("when"),
                "fields": fields, "is_first": n == 0, "is_last": n == len(table["layout"]) - 1}

    def _field(self, path: str, name: str, said: Table, is_required: bool) -> dict[str, Any]:
        kind = said.get("x-kind", "text")
        inner = said.get("items") or {} if kind == "rows" else said
        parts = [self._field(f"{path}.{part}", part, own, part in (inner.get("required") or ()))
                 for part, own in (inner.get("properties") or {}).items()] if kind in NESTED else []
        return {"at": f"field:{path}", "path": path, "name": name, "title": from_pair({"zh": said["title"],
                "en": said["x-en"]}), "kind": KINDS[kind].title, "is_required": is_required, "when": said.get("x-when"),
                "source": (said.get("x-from") or {}).get("source"), "parts": parts, "holds": kind in ("rows", "group")}

    def _panel(self, table: Table) -> dict[str, Any] | None:
        verb, _, path = self.at.partition(":")
        if verb == "text":
            return {"text": (self.typed or {}).get("text", self.version.text)}
        try:
            if verb == "field":
                data, address = editing.field_panel(table, path), FIELD
            elif verb == "section" and path.isdigit():
                data, address = editing.section_panel(table, int(path)), SECTION
            else:
                return None
        except Problem:
            return None
        filling = public.fields(public.current(address), self.typed or data, problems=[
            p for p in self.problems if self._is_in_panel(p)], key="panel")["filling"]
        return {"filling": filling, "title": data["title_zh"]}
