"""What the contract tests type into the forms of seals, where any value will not do."""

from typing import Any

from ludao.blocks.identity.public import Organisation

from . import authority
from .models import Certificate


def _certificate(state: str) -> Certificate:
    made = authority.issue(Organisation.objects.get(pk="xm-dsj"))
    made.state = state
    made.save(update_fields=["state"])
    return made


EXAMPLES: dict[str, Any] = {
    "issue": lambda _: {"organisation": Organisation.objects.get(pk="xm-dsj")},
    "suspend": lambda _: {"certificate": _certificate(Certificate.VALID)},
    "resume": lambda _: {"certificate": _certificate(Certificate.SUSPENDED)},
    "revoke": lambda _: {"certificate": _certificate(Certificate.VALID)},
}
