"""The pages that the kit cannot say: a policy as a text, a version against the one before, the editor."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import actions, clock, rights
from ludao.base.errors import LudaoError, Problems, Refused
from ludao.base.sql import unplaced
from ludao.base.text import t

from . import keeping, matching, showing
from .actions import proved
from .engine import kinds
from .engine.judging import judge
from .engine.placing import place
from .models import Figure, Policy, Version

TEMPLATE = """code = "person.example"
entity = "person"
title = { zh = "示例补贴", en = "Example allowance" }
summary = { zh = "一句话说明发给谁、发多少。", en = "Who gets how much, in one sentence." }
owner = "xm-mzh"
from = 2026-01-01
period = "year"          # once | month | quarter | year

[legal]
document = ""
issuer = ""
article = ""
url = ""
note = "编者按公开政策常识定义"

[parameters.lowest]
zh = "起领年龄"
en = "Lowest age"
unit = "岁"
values = [{ from = 2026-01-01, value = 80, source = "第三条" }]

[parameters.standard]
zh = "标准"
en = "Standard"
unit = "元"
values = [{ from = 2026-01-01, value = 200, source = "第四条" }]

[conditions.old_enough]
zh = "年满{lowest}"
en = "At least {lowest} old"
says = "age >= lowest"

[conditions.alive]
zh = "在世"
en = "Alive"
says = "is_alive"

[who]
all = ["old_enough", "alive"]

[amount]
formula = "standard"

[[examples]]
title = "八十一岁老人"
facts = { age = 81, is_alive = true }
expect = "met"
amount_yuan = 200

[[examples]]
title = "七十九岁老人"
facts = { age = 79, is_alive = true }
expect = "not_met"
"""


def policy_facts(request: HttpRequest, policy: Policy) -> dict[str, Any]:
    """Beside the kit's facts: the version in force as a readable text, its figures, and a way to change it."""
    on = clock.today()
    version, rule = showing.newest_rule(policy, on)
    figure = Figure.objects.filter(version=version).first() if version else None
    return {
        "rule": showing.policy_context(rule, on) if rule else None,
        "version": version,
        "figure": figure,
        "may_draft": bool(rights.reach(request.actor, "rule.draft")),
    }


def version_facts(request: HttpRequest, version: Version) -> dict[str, Any]:
    rule = keeping.read(version.text)
    figure = Figure.objects.filter(version=version).first()
    return {
        "rule": showing.policy_context(rule, version.effective_on or clock.today()),
        "version": version,
        "changes": showing.changes(version),
        "figure": figure,
        "may_revise": version.is_draft and bool(rights.reach(request.actor, "rule.revise")),
    }


def editor(request: HttpRequest) -> HttpResponse:
    """Write a policy with its check beside it; save it as a draft for a second person."""
    version, text, note = _begun(request)
    problems: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            return redirect(_save(request, version, text, note).get_absolute_url())
        except Refused:
            raise
        except LudaoError as error:
            problems = placed(text, error)
    context = {
        "title": t("编写政策", "Write a policy"),
        "version": version,
        "text": text,
        "note": note,
        "lead": t(
            "左边写，右边随时检查、试跑例子，还能对全市试算。",
            "Write on the left; the right checks, runs the examples and tries it on the whole city.",
        ),
        "problems": problems,
        **checked(text),
        "entities": [{"facts": f, "columns": list(f.columns.values())} for f in keeping.known().values()],
        "functions": " ".join(sorted(kinds.FUNCTIONS)),
        "may_try": rights.may(request.actor, "rule.try_one"),
        "crumbs": [
            {"title": t("政策", "Policies"), "url": "/rule/policy/"},
            {"title": t("编写政策", "Write a policy"), "url": ""},
        ],
    }
    return render(request, "rule/editor.html", context, status=422 if problems else 200)


def check(request: HttpRequest) -> HttpResponse:
    """The editor's right side, again after each pause in typing."""
    return render(request, "rule/_checked.html", checked(request.POST.get("text", "")))


def trial(request: HttpRequest) -> HttpResponse:
    """Who would qualify and what it would cost, over the whole city, before anything is published."""
    context: dict[str, Any] = {"on": clock.today(), "may_try": rights.may(request.actor, "rule.try_one")}
    try:
        context["trial"] = matching.trial(request.POST.get("text", ""), clock.today())
    except LudaoError as error:
        context["problems"] = error.problems if isinstance(error, Problems) else [error]
    return render(request, "rule/_trial.html", context)


def try_one(request: HttpRequest) -> HttpResponse:
    """One person or enterprise by what is being written, condition by condition; the look is written down."""
    context: dict[str, Any] = {}
    try:
        rule = keeping.read(request.POST.get("text", ""))
        row = matching.found(rule.entity, request.POST.get("key", ""))
        actor = request.actor.with_purpose(f"试算政策：{rule.title['zh']}")
        keeping.look(actor, "rule.try_one", rule.entity, row)
        outcome = judge(rule, keeping.facts_of(rule.entity), row, max(clock.today(), rule.since))
        context = {"outcome": showing.outcome_context(outcome), "name": row.get("name")}
    except LudaoError as error:
        context["problems"] = error.problems if isinstance(error, Problems) else [error]
    return render(request, "rule/_tried.html", context)


def checked(text: str) -> dict[str, Any]:
    rule, mistakes = None, []
    try:
        rule = keeping.read(text)
        proved(text)
    except LudaoError as error:
        mistakes = placed(text, error)
    return {"rule": showing.policy_context(rule, clock.today()) if rule else None, "mistakes": mistakes}


def placed(text: str, error: LudaoError) -> list[dict[str, Any]]:
    """Each mistake with the line and the column of the text where it stands."""
    found = []
    for problem in error.problems if isinstance(error, Problems) else [error]:
        line, column = place(text, problem)
        found.append({"text": unplaced(problem), "line": line, "column": column})
    return found


def _begun(request: HttpRequest) -> tuple[Version | None, str, str]:
    """What the editor opens with: a draft to go on with, a policy's newest version, or the template."""
    version = None
    asked = request.POST.get("version") or request.GET.get("version") or ""
    if asked.isdigit():
        version = Version.objects.filter(pk=asked, state=Version.DRAFT).first()
        if version is None:
            raise Http404
    text = version.text if version else TEMPLATE
    if code := request.GET.get("policy"):
        newest = Version.objects.filter(policy_id=code).exclude(state=Version.DISCARDED).order_by("-number").first()
        if newest is None:
            raise Http404
        text = newest.text
    note = version.note if version else ""
    if request.method == "POST":
        text, note = request.POST.get("text", "").replace("\r\n", "\n"), request.POST.get("note", "")
    return version, text, note


def _save(request: HttpRequest, version: Version | None, text: str, note: str) -> Version:
    if version is not None:
        saved: Version = actions.get("rule.revise").call(
            request.actor, {"version": version.pk, "text": text, "note": note}
        )
        return saved
    made: Version = actions.get("rule.draft").call(request.actor, {"text": text, "note": note})
    return made
