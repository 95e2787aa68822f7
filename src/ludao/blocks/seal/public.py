"""The door of seals: seal a PDF, sign by SM2, verify, and what certificates there are."""

from django.db.models import QuerySet

from .authority import usable
from .drawing import Visible
from .models import Certificate, Use
from .signing import Signature, sign_pdf, sign_sm2
from .verifying import Signed, verify_pdf, verify_sm2


def certificates() -> "QuerySet[Certificate]":
    """Every organisation's seals, the newest first."""
    return Certificate.objects.filter(kind=Certificate.SEAL).order_by("-pk")


def uses(about: str) -> "QuerySet[Use]":
    """How often a seal was used for a thing, the newest first."""
    return Use.objects.filter(about=about).select_related("certificate").order_by("-pk")


__all__ = ["Certificate", "Signature", "Signed", "Use", "Visible", "certificates", "sign_pdf", "sign_sm2", "usable",
           "uses", "verify_pdf", "verify_sm2"]
