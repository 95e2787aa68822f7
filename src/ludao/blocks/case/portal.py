"""What the portal's first page shows a person of their own cases."""

from typing import Any

from django.http import HttpRequest

from ludao.blocks.case import mine as own


def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """Open ones; what waits for the person first."""
    cases = list(own.of(request.actor).filter(closed_at=None)[:6])
    return [own.card(case) for case in sorted(cases, key=lambda case: case.state != "correction")]
