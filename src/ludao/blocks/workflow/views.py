"""The pages that the kit cannot say: the drawing's editor, its check and simulation, files, moving, tables."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import actions, rights, uses
from ludao.base.errors import LudaoError, Problems, Refused
from ludao.base.text import t

from . import house, migrating
from .drawings import called
from .engine.reading import drawing
from .engine.simulating import Simulation, simulate
from .engine.tables import tables
from .models import Definition, Instance, Version
from .showing import drawn, picture
from .words import KINDS, VERBS

MOST_MOVED = 500
LISTED = {"title": t("流程", "Processes"), "url": "/workflow/definition/"}
BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:ludao="https://ludao.dev/bpmn" id="definitions" targetNamespace="https://ludao.dev/bpmn">
  <collaboration id="collaboration"><participant id="pool" name="新流程" processRef="process"/></collaboration>
  <process id="process" name="新流程" ludao:en="New process" isExecutable="true">
    <laneSet id="lanes">
      <lane id="applicant" name="申请人" ludao:role="applicant"><flowNodeRef>begin</flowNodeRef></lane>
      <lane id="desk" name="经办人"><flowNodeRef>accept</flowNodeRef><flowNodeRef>end</flowNodeRef></lane>
    </laneSet>
    <startEvent id="begin" name="提出申请"><outgoing>f1</outgoing></startEvent>
    <userTask id="accept" name="受理" ludao:en="Accept" ludao:kind="accept" ludao:days="1"><incoming>f1</incoming><outgoing>f2</outgoing></userTask>
    <endEvent id="end" name="办结"><incoming>f2</incoming></endEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="accept"/>
    <sequenceFlow id="f2" sourceRef="accept" targetRef="end"/>
  </process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">
    <bpmndi:BPMNShape id="pool_s" bpmnElement="pool" isHorizontal="true"><dc:Bounds x="160" y="80" width="760" height="280"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="applicant_s" bpmnElement="applicant" isHorizontal="true"><dc:Bounds x="190" y="80" width="730" height="120"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="desk_s" bpmnElement="desk" isHorizontal="true"><dc:Bounds x="190" y="200" width="730" height="160"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="begin_s" bpmnElement="begin"><dc:Bounds x="242" y="122" width="36" height="36"/><bpmndi:BPMNLabel><dc:Bounds x="237" y="165" width="46" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="accept_s" bpmnElement="accept"><dc:Bounds x="340" y="240" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="end_s" bpmnElement="end"><dc:Bounds x="802" y="262" width="36" height="36"/><bpmndi:BPMNLabel><dc:Bounds x="809" y="305" width="22" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="f1_e" bpmnElement="f1"><di:waypoint x="278" y="140"/><di:waypoint x="390" y="140"/><di:waypoint x="390" y="240"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="f2_e" bpmnElement="f2"><di:waypoint x="440" y="280"/><di:waypoint x="802" y="280"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
"""  # noqa: E501


def instance_facts(request: HttpRequest, instance: Instance) -> dict[str, Any]:
    return picture(instance) | {
        "title": f"{instance.version.definition} #{instance.pk}",
        "light": None,
        "mark": {"label": instance.get_state_display(), "tone": instance.light},
    }


def definition_facts(request: HttpRequest, definition: Definition) -> dict[str, Any]:
    """The version in force, or the newest; and the way to its editor."""
    version = definition.versions.exclude(state=Version.DISCARDED).order_by("-number").first()
    if definition.number:
        version = definition.versions.filter(number=definition.number).first() or version
    return _shown(request, version) | {"edit_url": _editor_url(definition, f"process={definition.pk}")}


def version_facts(request: HttpRequest, version: Version) -> dict[str, Any]:
    definition = version.definition
    try:
        found = house.findings(definition.kind, version.drawing, definition)
    except LudaoError as error:
        found = [house.Finding("", str(error))]
    may_revise = version.is_draft and bool(rights.reach(request.actor, "workflow.revise"))
    is_moving = not version.is_draft and bool(rights.reach(request.actor, "workflow.move"))
    return _shown(request, version) | {
        "findings": found,
        "edit_url": _editor_url(definition, f"version={version.pk}") if may_revise else "",
        "moving_url": f"/workflow/moving/?version={version.pk}" if is_moving and definition.is_process else "",
    }


def _editor_url(definition: Definition, query: str) -> str:
    return f"/workflow/{'editor' if definition.is_process else 'table'}/?{query}"


def _shown(request: HttpRequest, version: Version | None) -> dict[str, Any]:
    if version is None:
        return {}
    shown: dict[str, Any] = {
        "version": version,
        "file_url": f"/workflow/file/{version.pk}/",
        "uses": uses.of(request.actor, version.definition_id),
    }
    if version.definition.is_process:
        return shown | drawn(version.drawing)
    return shown | {"decisions": _decisions(version.drawing)}


def _decisions(text: str) -> list[Any]:
    try:
        return list(tables(text))
    except LudaoError:
        return []


def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The version as a file that any other editor opens."""
    version = Version.objects.select_related("definition").filter(pk=pk).first()
    if version is None:
        raise Http404
    ending = "bpmn" if version.definition.is_process else "dmn"
    response = HttpResponse(version.drawing, content_type="application/xml; charset=utf-8")
    name = f"{version.definition_id}.v{version.number}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def editor(request: HttpRequest) -> HttpResponse:
    """A process drawn in the page, with its properties, its check and its simulation beside it."""
    version, definition, text = begun(request, Definition.PROCESS, BLANK)
    text = request.POST.get("drawing", text)
    problems: list[Any] = []
    if request.method == "POST":
        try:
            return redirect(saved(request, version, definition, text).get_absolute_url())
        except Refused:
            raise
        except LudaoError as error:
            problems = list(error.problems) if isinstance(error, Problems) else [error]
    title = str(definition) if definition else str(t("画一个新流程", "Draw a process"))
    context = {
        "title": title,
        "version": version,
        "definition": definition,
        "text": text,
        "address": (address := request.POST.get("address", request.GET.get("address", ""))),
        "note": request.POST.get("note", version.note if version else ""),
        "problems": problems,
        "uses": uses.of(request.actor, definition.pk if definition else address),
        "crumbs": [LISTED, {"title": title, "url": ""}],
        **choices(),
    }
    return render(request, "workflow/editor.html", context, status=422 if problems else 200)


def begun(request: HttpRequest, kind: str, blank: str) -> tuple[Version | None, Definition | None, str]:
    """What an editor opens with: a draft to go on with, the newest version of a process, or a blank one."""
    if (pk := request.GET.get("version", "")).isdigit():
        version = Version.objects.select_related("definition").filter(pk=pk, definition__kind=kind).first()
        if version is None or not version.is_draft:
            raise Http404
        return version, version.definition, version.drawing
    if address := request.GET.get("process"):
        rows = Version.objects.filter(definition=address, definition__kind=kind).select_related("definition")
        newest = rows.exclude(state=Version.DISCARDED).order_by("-number").first()
        if newest is None:
            raise Http404
        return (newest if newest.is_draft else None), newest.definition, newest.drawing
    if like := request.GET.get("like"):  # a new one that begins as another stands
        kind_of = Version.objects.filter(definition=like, definition__kind=kind, state=Version.PUBLISHED)
        if (model := kind_of.order_by("-number").first()) is not None:
            return None, None, model.drawing
    return None, None, blank


def saved(request: HttpRequest, version: Version | None, definition: Definition | None, text: str) -> Version:
    note = request.POST.get("note", "")
    if version is not None:
        given: dict[str, Any] = {"version": version.pk, "drawing": text, "note": note}
        kept: Version = actions.get("workflow.revise").call(request.actor, given)
        return kept
    address = definition.pk if definition else request.POST.get("address", "")
    made: Version = actions.get("workflow.draft").call(
        request.actor, {"address": address, "drawing": text, "note": note}
    )
    return made


def choices() -> dict[str, Any]:
    """What the properties may be."""
    about = house.known()
    return {
        "roles": {house.APPLICANT: t("申请人", "Applicant"), **house.roles()},
        "kinds": KINDS,
        "verbs": VERBS,
        "forms": sorted(about.forms or ()),
        "organisations": house.organisations(),
        "actions_known": [(one.address, one.title) for one in actions.every()],
        "tables_known": about.tables,
        "processes_known": about.processes,
    }


def check(request: HttpRequest) -> HttpResponse:
    """What is to be mended in the drawing, as it stands in the editor."""
    try:
        process = Definition.objects.filter(pk=request.POST.get("process", "")).first()
        found = house.findings(Definition.PROCESS, request.POST.get("drawing", ""), process)
    except LudaoError as error:
        found = [house.Finding("", str(error))]
    wrong = ",".join(one.element for one in found if one.element and not one.is_hint)
    return render(request, "workflow/_checked.html", {"findings": found, "wrong": wrong})


def simulation(request: HttpRequest) -> HttpResponse:
    """All ways through, with how long they take; and walks by chance, shown on the drawing."""
    text = request.POST.get("drawing", "")
    walks = _between(request.POST.get("walks", ""), 10, 500, 200)
    late = _between(request.POST.get("late", ""), 0, 100, 10) / 100
    try:
        others = called(text)
        found = simulate(text, drawing(text, called=others, is_sketch=True), walks=walks, late=late)
    except LudaoError as error:
        return render(request, "workflow/_simulated.html", {"problem": error})
    told = json.dumps(figures_of(found), ensure_ascii=False)
    return render(request, "workflow/_simulated.html", {"found": found, "told": told, "late": int(late * 100)})


def figures_of(found: Simulation) -> dict[str, str]:
    """On each flow how many of a hundred take it; on each step how long it takes on the mean."""
    if not found.walks:
        return {}
    flows = {flow: f"{count * 100 // found.walks}%" for flow, count in found.flows.items()}
    days = t("天", "d")
    steps = {name: f"{one.mean:.1f}{days}" for name, one in found.elements.items() if one.mean}
    return flows | steps


def _between(text: str, least: int, most: int, otherwise: int) -> int:
    return min(most, max(least, int(text))) if text.isdigit() else otherwise


def moving(request: HttpRequest) -> HttpResponse:
    """Which running processes can be moved to this version, which cannot and why; then done."""
    pk = request.GET.get("version", "")
    version = Version.objects.select_related("definition").filter(pk=pk if pk.isdigit() else 0).first()
    if version is None or version.is_draft:
        return redirect("/workflow/version/")
    rows = (
        Instance.objects.filter(version__definition=version.definition_id, state__in=Instance.OPEN)
        .exclude(version=version)
        .select_related("version__definition")
        .order_by("pk")[:MOST_MOVED]
    )
    reached = rights.narrow(request.actor, "workflow.move", Instance.objects.all())
    found = migrating.verdicts(version, [one for one in rows if reached.filter(pk=one.pk).exists()])
    if request.method == "POST":
        asked = request.POST.getlist("instance")
        chosen = [one.instance.pk for one in found if one.can and str(one.instance.pk) in asked]
        if chosen:
            actions.get("workflow.move").call(request.actor, {"instances": chosen, "version": version.pk})
        return redirect(request.get_full_path())
    context = {
        "title": t("迁移到新版本", "Move to this version"),
        "version": version,
        "verdicts": found,
        "can": sum(one.can for one in found),
        "most": MOST_MOVED if len(found) == MOST_MOVED else 0,
        "crumbs": [
            LISTED,
            {"title": str(version), "url": version.get_absolute_url()},
            {"title": t("迁移", "Move"), "url": ""},
        ],
    }
    return render(request, "workflow/moving.html", context)


