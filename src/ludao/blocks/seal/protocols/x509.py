"""What whoever verifies a seal fetches (RFC 5280): certificates, public keys, the list of revoked ones."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from ludao.base.crypto import KeyPair

from .. import authority, revoking
from ..models import Certificate


def download(request: HttpRequest, name: str) -> HttpResponse:
    """Certificates are public: `authority.crt`, `timestamps.crt`, `<serial>.crt`; `<serial>.sm2.pem` is the key."""
    serial, _, ending = name.partition(".")
    rows = Certificate.objects.all()
    if serial in ("authority", "timestamps"):
        found: Certificate | None = getattr(authority, serial)()
    else:
        found = rows.filter(serial=serial, kind=Certificate.SEAL).first()
    if found is None or ending not in ("crt", "sm2.pem") or (ending == "sm2.pem" and not found.sm2_public):
        raise Http404
    text = found.pem if ending == "crt" else KeyPair(bytes.fromhex(found.sm2_public), b"").public_pem()
    answer = HttpResponse(text, content_type="application/x-pem-file")
    answer["Content-Disposition"] = f'attachment; filename="ludao-{name}"'
    return answer


def crl(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(revoking.current(), content_type="application/pkix-crl")
    answer["Content-Disposition"] = 'attachment; filename="ludao-authority.crl"'
    return answer


urlpatterns = [path("file/<str:name>", download, name="file"), path("authority.crl", crl, name="crl")]
