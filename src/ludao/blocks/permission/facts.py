"""What the events of permission say, so that nobody asks back."""

from typing import Any

from ludao.blocks.permission.models import Delegation, Elevation, Holding


def facts_of(holding: Holding) -> dict[str, Any]:
    return {
        "id": holding.pk, "person": holding.post.person_id, "name": holding.post.person.name, "post": holding.post_id,
        "role": holding.role, "organisation": holding.organisation_id, "area": holding.area_id,
        "starts_at": holding.starts_at, "ends_at": holding.ends_at, "waits": holding.approved_at is None,
        "reason": holding.ended_why or holding.reason,
    }


def facts_of_loan(loan: Delegation) -> dict[str, Any]:
    return {
        "id": loan.pk, "holding": loan.holding_id, "lender": loan.given_by_id, "person": loan.post.person_id,
        "post": loan.post_id, "role": loan.holding.role, "right": loan.right, "organisation": loan.organisation_id,
        "area": loan.area_id, "starts_at": loan.starts_at, "ends_at": loan.ends_at, "reason": loan.reason,
    }


def facts_of_elevation(elevation: Elevation) -> dict[str, Any]:
    return {
        "id": elevation.pk, "person": elevation.person_id, "role": elevation.holding.role,
        "post": elevation.holding.post_id, "starts_at": elevation.starts_at, "ends_at": elevation.ends_at,
        "reason": elevation.reason,
    }
