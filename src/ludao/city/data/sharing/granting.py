"""Makes, extends and ends grants; the catalogue hears of each, so that the person's own reading follows it."""

from datetime import date
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.catalogue import public as catalogue

from .finding import Found
from .lives import note
from .models import Application, Chain, Endpoint, Grant, Subscription


def make(
    actor: Actor,
    application: Application,
    found: Found,
    columns: list[str],
    plain: list[str],
    ends_on: date,
    quota_day: int,
    quota_month: int,
    conditions: str,
) -> Grant:
    """A new grant; for a renewal the one it renews, with its new terms."""
    terms: dict[str, Any] = {
        "columns": columns,
        "masks": found.masks(columns, plain),
        "key": list(found.key),
        "hidden_keys": found.hidden_keys,
        "ends_on": ends_on,
        "quota_day": quota_day,
        "quota_month": quota_month,
        "conditions": conditions,
    }
    if application.renews_id:
        return renewed(actor, Grant.objects.select_for_update().get(pk=application.renews_id), terms)
    made = Grant.objects.create(
        application_id=application.pk,
        address=found.address,
        title_zh=found.zh,
        title_en=found.en,
        owner_id=application.owner_id or found.owner,
        organisation_id=application.applicant_id,
        peer_id=application.peer_id,
        ways=application.ways,
        purpose=application.purpose,
        basis=application.basis,
        begins_on=application.begins_on,
        **terms,
    )
    Chain.objects.create(grant=made)
    Endpoint.objects.get_or_create(
        address=made.address, defaults={"title_zh": found.zh, "title_en": found.en, "owner_id": made.owner_id}
    )
    tell_catalogue(made)
    return made


def renewed(actor: Actor, grant: Grant, terms: dict[str, Any]) -> Grant:
    for name, value in terms.items():
        setattr(grant, name, value)
    grant.state, grant.ended_at, grant.reason, grant.reminded_for = "open", None, "", None
    grant.save()
    note(actor, grant.application, "renewed", f"{grant.ends_on}")
    tell_catalogue(grant)
    return grant


def tell_catalogue(grant: Grant) -> None:
    """The catalogue lets the holder's people read the same, as long and as far."""
    if grant.organisation_id:
        permit = catalogue.permit(
            grant.address,
            grant.organisation_id,
            grant.columns,
            grant.purpose,
            grant.ends_on,
            plain=grant.plain,
            by=f"data.sharing {grant.number}",
        )
        Grant.objects.filter(pk=grant.pk).update(permit=permit.pk)


def end(actor: Actor, grant: Grant, how: str, words: str) -> Grant:
    """Expired or revoked: from this moment it opens nothing."""
    grant.state, grant.ended_at, grant.reason = how, clock.now(), words[:500]
    grant.save(update_fields=["state", "ended_at", "reason"])
    Subscription.objects.filter(grant_id=grant.pk).update(is_open=False)
    note(actor, grant.application, how, words)
    if permit := Grant.objects.values_list("permit", flat=True).get(pk=grant.pk):
        catalogue.revoke(permit)
    return grant


def facts(grant: Grant) -> dict[str, Any]:
    """What every event of a grant carries."""
    return {
        "grant": grant.pk,
        "grant_number": grant.number,
        "address": grant.address,
        "owner": grant.owner_id,
        "organisation": grant.organisation_id,
        "peer": grant.peer_id,
        "columns": grant.columns,
        "masked": grant.masked,
        "ways": grant.ways,
        "ends_on": grant.ends_on,
        "state": grant.state,
    }
