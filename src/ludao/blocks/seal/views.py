"""A seal's page, the page where anyone verifies one, and the authority's files."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import limits, rights
from ludao.base.api.callers import address_of
from ludao.base.crypto import KeyPair
from ludao.base.errors import LudaoError, Problem
from ludao.base.limits import RATES
from ludao.base.text import t

from . import authority, drawing, revoking, stamping, verifying
from .models import Certificate, Use

MOST = 50 * 2**20


def verify(request: HttpRequest) -> HttpResponse:
    """Who sealed it, when, is it unchanged: for anyone, and nothing that is uploaded is kept."""
    context: dict[str, Any] = {"title": t("验章", "Verify a seal"), "is_asked": request.method == "POST"}
    if request.method == "POST":
        try:
            limits.take(RATES["address"], address_of(request))
            context |= _verified(request)
        except LudaoError as error:
            context["problem"] = str(error)
    return render(request, "seal/verify.html", context, status=422 if "problem" in context else 200)


def _verified(request: HttpRequest) -> dict[str, Any]:
    file, apart = request.FILES.get("file"), request.FILES.get("signature")
    if not isinstance(file, UploadedFile):
        raise Problem(t("请选择要验证的文件", "Choose the file to verify"), field="file")
    if (file.size or 0) > MOST:
        raise Problem(t("文件超过 50 MiB", "The file is larger than 50 MiB"), field="file")
    data = file.read()
    if isinstance(apart, UploadedFile):
        return {"name": file.name, "signatures": [verifying.verify_sm2(data, apart.read(4096))]}
    return {"name": file.name, "signatures": verifying.verify_pdf(data)}


def authority_page(request: HttpRequest) -> HttpResponse:
    root, stamps = authority.authority(), authority.timestamps()
    return render(request, "seal/authority.html", {
        "title": t("根证书与吊销列表", "Certificate authority"), "root": root, "stamps": stamps,
        "policy": stamping.POLICY, "rows": [(root, _fingerprint(root)), (stamps, _fingerprint(stamps))]})


def shown(request: HttpRequest, certificate: Certificate) -> dict[str, Any]:
    return {"fingerprint": _fingerprint(certificate), "uses_count": Use.objects.filter(certificate=certificate).count()}


def image(request: HttpRequest, pk: int) -> HttpResponse:
    rows = rights.narrow(request.actor, "seal.read", Certificate.objects.filter(pk=pk, kind=Certificate.SEAL))
    if (found := rows.first()) is None:
        raise Http404
    answer = HttpResponse(drawing.of(found, "svg"), content_type="image/svg+xml")
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


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


def _fingerprint(certificate: Certificate) -> str:
    found = stamping.pem(certificate).sha256.hex().upper()
    return ":".join(found[i:i + 2] for i in range(0, len(found), 2))
