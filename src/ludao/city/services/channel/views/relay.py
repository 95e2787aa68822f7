"""A case between cities: how it went on both sides, its papers; and what a partner needs to know of us."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from ludao.base import audit, rights
from ludao.base.masks import mask
from ludao.base.text import t
from ludao.blocks.case.public import Case
from ludao.blocks.document import public as document

from .. import keys
from ..models import Paper, Partner, Relay

audit.words |= {"services.channel.look": t("查看通办件", "Looked at a case between cities")}


def shown(request: HttpRequest, relay: Relay) -> dict[str, Any]:
    """The applicant's number and phone are masked here; whoever works on the case opens them, which is written down."""
    personal = keys.unseal(relay.sealed, relay.number) if relay.sealed else {}
    is_open = request.GET.get("plain") == "1" and rights.may(request.actor, "services.channel.collect", relay)
    if is_open:
        audit.write(request.actor, "services.channel.look", relay, {"plain": sorted(personal)})
    return {
        "relay": relay,
        "case": Case.objects.filter(pk=relay.case).first() if relay.case else None,
        "steps": relay.steps.order_by("pk"),
        "papers": relay.papers.order_by("pk"),
        "can_open": rights.may(request.actor, "services.channel.collect", relay),
        "is_open": is_open,
        "personal": {name: value if is_open else mask(name, str(value)) for name, value in personal.items()},
    }


def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = rights.narrow(request.actor, "services.channel.read", Paper.objects.filter(pk=pk))
    found = rows.first()
    kept = found and document.Document.objects.filter(pk=found.document).first()
    if not kept or kept.current is None:
        raise Http404
    return document.download(request, kept.current)


def partner(request: HttpRequest, row: Partner) -> dict[str, Any]:
    return {"public_key": keys.public_key()}
