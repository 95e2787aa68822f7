"""The list of certificates that no longer hold (RFC 5280), signed anew with every change and every day."""

from datetime import UTC, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ludao.base import clock

from . import authority
from .models import Certificate, Revocations

GOOD_FOR = timedelta(days=7)
REASONS = {Certificate.SUSPENDED: x509.ReasonFlags.certificate_hold,
           Certificate.REVOKED: x509.ReasonFlags.cessation_of_operation}


def publish() -> Revocations:
    """The next issue; its number is the row's."""
    issue = Revocations.objects.create(der=b"")
    issue.der = _list(issue.pk)
    issue.save(update_fields=["der"])
    return issue


def current() -> bytes:
    """The list in force, in DER."""
    newest = Revocations.objects.order_by("-pk").first()
    if newest is None or newest.issued_at < clock.now() - GOOD_FOR:
        newest = publish()
    return bytes(newest.der)


def _list(number: int) -> bytes:
    root = authority.authority()
    key, now = authority.key_of(root), clock.now().astimezone(UTC)
    issuer = x509.load_pem_x509_certificate(root.pem.encode()).subject
    builder = (x509.CertificateRevocationListBuilder().issuer_name(issuer).last_update(now)
               .next_update(now + GOOD_FOR + timedelta(days=1))
               .add_extension(x509.CRLNumber(number), critical=False)
               .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False))
    for row in Certificate.objects.exclude(state=Certificate.VALID).filter(valid_until__gt=now).order_by("pk"):
        entry = (x509.RevokedCertificateBuilder().serial_number(int(row.serial, 16))
                 .revocation_date((row.ended_at or now).astimezone(UTC))
                 .add_extension(x509.CRLReason(REASONS[row.state]), critical=False))
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
