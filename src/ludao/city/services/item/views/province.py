"""The reconciliation: what was told to each hall and what it has taken, counted, with what differs."""

from typing import Any

from django.db.models import Count, F, Max, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from ludao.base import actions
from ludao.base.errors import LudaoError
from ludao.base.models import Work
from ludao.base.text import t

from .. import keys
from ..models import Hall, Record

WHATS = {"item": t("事项", "Items"), "case": t("办件", "Cases")}
VERBS = ("push", "pull", "reconcile", "mend")


def ledger(request: HttpRequest) -> HttpResponseBase:
    """For each hall and each kind: told, agreed, missing there, different there; one button a step."""
    problem: LudaoError | None = None
    if request.method == "POST":
        verb = request.POST.get("do", "")
        try:
            if verb in VERBS:
                actions.get(f"services.item.{verb}").call(
                    request.actor, {"hall": request.POST.get("hall", ""), "what": request.POST.get("what", "")}
                )
                return redirect(request.path)
        except LudaoError as error:
            problem = error
    return render(
        request,
        "services_item/ledger.html",
        {
            "title": t("省市对接对账", "Reconciliation"),
            "rows": _rows(),
            "problem": problem,
            "works": Work.objects.filter(address__startswith="services.item.").order_by("-pk")[:4],
            "public_key": keys.public_key(),
            "wrong": Record.objects.filter(is_out=True, checked_at__isnull=False)
            .exclude(known=F("digest"))
            .select_related("hall")
            .order_by("-checked_at", "key")[:50],
        },
        status=409 if problem else 200,
    )


def _rows() -> list[dict[str, Any]]:
    """One statement counts everything."""
    counted: dict[tuple[int, str], dict[str, Any]] = {
        (row["hall"], row["kind"]): dict(row)
        for row in Record.objects.values("hall", "kind").annotate(
            told=Count("pk", filter=Q(is_out=True)),
            taken=Count("pk", filter=Q(is_out=False)),
            same=Count("pk", filter=Q(is_out=True, checked_at__isnull=False, known=F("digest"))),
            missing=Count("pk", filter=Q(is_out=True, checked_at__isnull=False, known="")),
            checked=Count("pk", filter=Q(is_out=True, checked_at__isnull=False)),
            checked_at=Max("checked_at", filter=Q(is_out=True)),
        )
    }
    found = []
    for hall in Hall.objects.order_by("code"):
        for what, words in WHATS.items():
            row: dict[str, Any] = counted.get((hall.pk, what), {})
            differ = row.get("checked", 0) - row.get("same", 0) - row.get("missing", 0)
            found.append({**row, "hall": hall, "what": what, "title": words, "differ": differ})
    return found
