"""A whole file as JSON for programs: the same right, purpose, masks and audit line as on the page."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from ludao.base import clock, rights
from ludao.base.actor import Actor
from ludao.base.api.callers import caller_of
from ludao.base.api.problems import Unauthenticated, response
from ludao.base.datasets import outside
from ludao.base.errors import LudaoError, Problem, Refused
from ludao.base.text import t
from ludao.blocks.profile import looking, reading
from ludao.blocks.profile.looking import File
from ludao.blocks.profile.sheets import Sheet
from ludao.blocks.profile.viewing import Desk


def answer(request: HttpRequest, desk: Desk, entity: str) -> HttpResponse:
    """GET …/v1/file/<entity>?purpose=…[&domain=health]; problem+json where it is refused."""
    try:
        caller = caller_of(request)
        if not caller.actor.person:
            raise Unauthenticated.without_token()
        return _json(_file(request, desk, entity, caller.actor))
    except LudaoError as error:
        return response(request, error)


def _file(request: HttpRequest, desk: Desk, entity: str, actor: Actor) -> dict[str, Any]:
    right = f"{desk.address}.open"
    if not rights.reach(actor, right):
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    purpose = request.GET.get("purpose", "").strip()
    if len(purpose) < 4:
        raise Problem(t("请写明用途：purpose=…", "Name the purpose: purpose=…"), field="purpose")
    golden = reading.golden(desk.profile, entity)
    if golden is None or not looking.reaches(actor, right, golden.get("area_code")):
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    actor = actor.with_purpose(purpose[:200])
    sheet = reading.sheet(desk.profile, entity, actor, record=golden)
    domain = request.GET.get("domain", "")
    chosen = sheet.only(domain) if domain else sheet
    file = File.of(desk.profile, entity, reading.shown(desk.profile, golden, is_placed=False)["name"])
    looking.note(actor, f"{desk.address}.look", file, seen=domain)
    return told(chosen)


def told(sheet: Sheet) -> dict[str, Any]:
    return {
        "entity": sheet.entity,
        "as_of": clock.now().isoformat(),
        "golden": {g.name: {
            "value": outside(g.value), "source": g.source, "as_of": outside(g.as_of),
            "is_corrected": bool(g.correction),
            "others": [{"value": value, "source": source} for value, source in g.others]} for g in sheet.golden},
        "domains": {s.key: [{
            "dataset": c.address, "part": c.part, "key": c.record_key, "owner": c.owner_code, "as_of": outside(c.as_of),
            "linked_by": c.linked_by, "weight": c.weight,
            "values": {x.name: outside(x.value) for x in c.cells},
            "masked": [x.name for x in c.cells if x.is_masked],
            "corrected": [x.name for x in c.cells if x.correction]} for c in s.cards] for s in sheet.sections},
        "withheld": list(sheet.withheld),
    }


def _json(body: dict[str, Any]) -> HttpResponse:
    made = HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json")
    made["Cache-Control"] = "no-store"
    return made
