"""Drawing up an item, a step a page: its facts, its form, its process, its result, a check, and out it goes."""

import json
from collections import Counter
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from ludao.base import actions, rights
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.text import t
from ludao.blocks.form import public as forms
from ludao.blocks.workflow import public as workflow

from .. import beginning, deciding, means, using, wanting
from ..models import Item, Version

RIGHT = "services.item.describe"
FACTS = "services.item.facts"
SIMPLE = "services.item.promised"  # accept, examine, decide: what most items are done by


class Step(NamedTuple):
    name: str
    title: str
    icon: str


STEPS = [
    Step("facts", t("办事要素", "Facts"), icon="list-details"),
    Step("form", t("申请表单", "Form"), icon="forms"),
    Step("process", t("办理流程", "Process"), icon="route"),
    Step("result", t("结果文书", "Result"), icon="file-certificate"),
    Step("publish", t("检查发布", "Check and publish"), icon="send"),
]


def _version(request: HttpRequest, pk: int) -> Version:
    found: Version | None = (
        rights.narrow(request.actor, RIGHT, Version.objects.select_related("item__organisation")).filter(pk=pk).first()
    )
    if found is None:
        raise Refused(t("没有找到，或您无权办理", "Not found, or not yours to do"))
    return found


def item_facts(request: HttpRequest, item: Item) -> dict[str, Any]:
    """On the item's own page: the way to its draft, for whoever may write it."""
    draft = item.versions.filter(state=Version.DRAFT).first() if rights.may(request.actor, RIGHT, item) else None
    return {"draft_url": f"/services/item/build/{draft.pk}/" if draft else ""}


def build(request: HttpRequest, pk: int, step: str = "facts") -> HttpResponseBase:
    version = _version(request, pk)
    view = {"facts": _facts, "form": _means, "process": _means, "result": _means, "publish": _publish}.get(step)
    if view is None:
        raise Refused(t("没有这一步", "There is no such step"))
    if version.state != Version.DRAFT and step != "publish":
        return redirect(f"/services/item/build/{version.pk}/publish/")
    answer: HttpResponseBase = view(request, version, step)
    return answer


def _page(
    request: HttpRequest, version: Version, step: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    done = {
        "facts": bool(version.facts.get("promised_days") is not None),
        "publish": version.state == Version.PUBLISHED,
        **{name: bool(version.facts.get(name)) for name in means.NAMES},
    }
    base = f"/services/item/build/{version.pk}/"
    lacking = Counter(wanting.PLACE.get(one.field, one.field) for one in means.findings(version.facts) if one.is_grave)
    shown = [
        {
            "name": name,
            "title": title,
            "icon": icon,
            "url": f"{base}{name}/",
            "is_now": name == step,
            "is_done": done[name] and not lacking[name],
            "lacks": lacking[name] if version.state == Version.DRAFT else 0,
        }
        for name, title, icon in STEPS
    ]
    context = {
        "title": version.item.title,
        "lead": t(
            f"第 {version.number} 版 · {version.get_state_display()}",
            f"Version {version.number} · {version.get_state_display()}",
        ),
        "version": version,
        "item": version.item,
        "steps": shown,
        "step": step,
        "crumbs": [
            {"title": t("事项目录", "Catalogue"), "url": "/services/item/item/"},
            {"title": version.item.title, "url": version.item.get_absolute_url()},
            {"title": {name: words for name, words, _ in STEPS}[step], "url": ""},
        ],
        **context,
    }
    return render(
        request, f"services_item/build_{step if step in ('facts', 'publish') else 'means'}.html", context, status=status
    )


def _onward(version: Version, step: str) -> HttpResponseBase:
    names = [name for name, _, _ in STEPS]
    return redirect(f"/services/item/build/{version.pk}/{names[names.index(step) + 1]}/")


def _facts(request: HttpRequest, version: Version, step: str) -> HttpResponseBase:
    """The facts are a form like any other."""
    asked = forms.current(FACTS)
    if request.method != "POST":
        own = {name: value for name, value in version.facts.items() if name not in means.NAMES}
        return _page(request, version, step, forms.fields(asked, _shaped(own), request=request))
    entered = forms.read(asked, request.POST, request.FILES, actor=request.actor)
    if entered.is_complete:
        facts = {name: value for name, value in entered.data.items() if name != "_from"}
        actions.get("services.item.set_facts").call(
            request.actor, {"version": version.pk, "facts": json.dumps(facts, ensure_ascii=False)}
        )
        return _onward(version, step)
    drawn = forms.fields(asked, entered.typed, problems=entered.problems, request=request)
    return _page(request, version, step, drawn, 422 if entered.problems else 200)


def _shaped(facts: dict[str, Any]) -> dict[str, Any]:
    """Plain texts of imported files as the rows that the form asks for."""
    shaped = dict(facts)
    if shaped.get("conditions") and isinstance(shaped["conditions"][0], str):
        shaped["conditions"] = [{"text_zh": one} for one in shaped["conditions"]]
    return shaped


def _means(request: HttpRequest, version: Version, step: str) -> HttpResponseBase:
    """One of what the house has, or a new one drawn in its own editor."""
    problem: LudaoError | None = None
    chosen = str(version.facts.get(step) or "")
    if request.method == "POST" and step == "form" and "new" in request.POST:
        return _new_form(request, version)
    if request.method == "POST":
        chosen = request.POST.get(step, "")
        given = {name: str(version.facts.get(name) or "") for name in means.NAMES} | {step: chosen}
        try:
            actions.get("services.item.set_means").call(request.actor, {"version": version.pk, **given})
            return _onward(version, step)
        except Problem as error:
            problem = error
    known = means.known()[step]
    own = using.own(version.item.code, step)
    is_made = own in known
    if is_made and not chosen:
        chosen = own
    context = {
        "choices": [
            {"value": value, "title": title, "is_own": value.startswith("services.item."), "is_chosen": value == chosen}
            for value, title in sorted(
                known.items(), key=lambda pair: (not pair[0].startswith("services.item."), pair[1])
            )
        ],
        "chosen": chosen,
        "problem": problem,
        "own": own,
        "is_made": is_made,
        "begun_url": "" if is_made else _begun_url(step, own),
        "like_url": f"/workflow/editor/?{urlencode({'address': own, 'like': chosen or SIMPLE})}",
        "blank_url": f"/workflow/editor/?{urlencode({'address': own})}",
        "edit_url": _edit_url(step, chosen),
    }
    return _page(request, version, step, context, 422 if problem else 200)


def _begun_url(step: str, own: str) -> str:
    """Where to go on with the item's own form or process while it is a draft."""
    if step == "form":
        draft = forms.Form.objects.filter(pk=own).first()
        return draft.get_absolute_url() if draft else ""
    drawn = workflow.Definition.objects.filter(pk=own).first() if step == "process" else None
    return drawn.get_absolute_url() if drawn else ""


def _new_form(request: HttpRequest, version: Version) -> HttpResponseBase:
    """The item's own form begins with what the city holds of the applicant, and opens in its editor."""
    item = version.item
    named = {"name": using.slug(item.code), "title_zh": item.name_zh, "title_en": item.name_en or item.code}
    made = actions.get("form.create").call(request.actor, named)
    text = beginning.form(item.name_zh, item.name_en or item.code, item.object)
    actions.get("form.revise").call(request.actor, {"version": made.pk, "text": text})
    return redirect(f"/form/editor/{made.pk}/")


def _edit_url(step: str, chosen: str) -> str:
    if not chosen or step == "result":
        return ""
    return f"/form/form/{chosen}/" if step == "form" else f"/workflow/definition/{chosen}/"


def _publish(request: HttpRequest, version: Version, step: str) -> HttpResponseBase:
    problems: list[LudaoError] = []
    if request.method == "POST":
        try:
            actions.get("services.item.publish").call(request.actor, {"version": version.pk})
            return redirect(f"/services/item/build/{version.pk}/publish/")
        except Problem as error:
            problems = list(error.problems) if isinstance(error, Problems) else [error]
    wants = wanting.listed(version, request.actor)
    is_ready = not any(grave for one in wants for _, grave in one.lines)
    context = {"wants": wants, "is_ready": is_ready, "problems": problems}
    return _page(request, version, step, context, 422 if problems else 200)


def sample(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How the result would look: the sheet that was chosen, with nobody's data, unsealed."""
    content = deciding.sample(_version(request, pk))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="sample.pdf"'
    return answer
