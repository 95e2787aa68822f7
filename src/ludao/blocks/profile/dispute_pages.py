"""Pages of disputes: the officer's list by deadline, one dispute for both sides, the form that raises one."""

from typing import Any
from urllib.parse import quote

from django.forms import HiddenInput
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import actions, rights
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.pages import Column, Detail, List, Page
from ludao.base.pages.forms import form_for
from ludao.base.text import t
from ludao.blocks.exchange import public as exchange
from ludao.blocks.profile import definition as definitions
from ludao.blocks.profile.disputes import Dispute, Proof, Value, due

READ = "profile.read_disputes"


def home_of(profile: str) -> str:
    """Where one's own file of this kind is shown."""
    return f"/{definitions.get(profile).address.replace('.', '/')}/mine/"


def ask(request: HttpRequest) -> HttpResponse:
    """What stands now, what it should be, why, and what shows it."""
    spec = actions.get("profile.dispute")
    form = form_for(spec, request, [])
    form.fields["what"].widget = HiddenInput()
    value = meant(request)
    if request.method == "POST" and form.is_valid():
        given = {name: one for name, one in form.cleaned_data.items() if one not in (None, "", [])}
        try:
            return redirect(spec.call(request.actor, given).get_absolute_url())
        except Refused:
            raise
        except LudaoError as error:
            for problem in error.problems if isinstance(error, Problems) else [error]:
                form.add_error(problem.field if problem.field in form.fields else None, str(problem))
    context = {
        "title": t("这里不对", "This is wrong"), "form": form, "value": value, "due": due(),
        "back_url": f"{home_of(value.profile)}" if value else "/data/person/mine/",
    }
    return render(request, "profile/dispute_ask.html", context, status=422 if form.is_bound and form.errors else 200)


def meant(request: HttpRequest) -> Value | None:
    try:
        return Value.unseal(request.POST.get("what") or request.GET.get("what", ""), request.actor)
    except Problem:
        return None


def about(request: HttpRequest, dispute: Dispute) -> dict[str, Any]:
    """The way it went so far, told to whoever reads it: the person who raised it, or the source's officer."""
    is_own = dispute.person == request.actor.person
    steps = [
        {"at": step.at, "title": step.get_kind_display(), "who": step.by, "organisation": step.organisation,
         "text": step.words, "tone": {"corrected": "ok", "settled": "ok", "refused": "bad"}.get(step.kind, "sea")}
        for step in dispute.steps.order_by("-pk")
    ]
    home = {"title": t("我的档案", "My file"), "url": home_of(dispute.profile)}
    back = home if is_own else {"title": t("异议核实", "Disputes"), "url": "/profile/dispute/"}
    return {
        "is_own": is_own, "area": "portal" if is_own and not request.actor.post else "desk", "steps": steps,
        "sent": exchange.Outgoing.objects.filter(number=dispute.message).first(),
        "proofs": dispute.proofs.defer("content"), "crumbs": [back, {"title": str(dispute), "url": ""}],
        "mark": {"label": dispute.get_state_display(), "tone": dispute.tone}, "light": None,
        **({"tabs": []} if is_own else {}),
    }


def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """A proof, always as a download: what people upload is never shown as a page of ours."""
    found = rights.narrow(request.actor, READ, Proof.objects.filter(pk=pk)).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(found.name, safe='')}"
    return answer


DISPUTES = [
    List(
        Dispute, title=t("异议核实", "Disputes"), icon="message-report", right="judge_disputes",
        columns=("source_zh", "column_zh", "subject", Column("light", t("时限", "Time"), kind="light"), "state",
                 "due_on", "owner", "profile", "raised_at"),
        hidden=("profile", "raised_at"), filters=("state", "owner", "profile", "due_on"),
        search=("subject", "source_zh"), sort=("due_on",), order="-pk",
        empty=t("没有异议。市民在“我的档案”里提出后会出现在这里。",
                "No disputes. What people raise from “My file” appears here."),
    ),
    Detail(
        Dispute, right="read_disputes", fields=("state",), actions=("confirm", "refuse", "object", "withdraw"),
        template="profile/dispute.html", context=about,
    ),
    Page("do/dispute/", ask, t("提出异议", "Say that it is wrong"), right="dispute", in_nav=False),
    Page("proof/<int:pk>/", proof, t("证明材料", "Proof"), right="read_disputes", in_nav=False),
]
