"""A seal's page, and the pages where anyone verifies one and learns of the authority."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import limits, rights
from ludao.base.api.callers import address_of
from ludao.base.errors import LudaoError, Problem
from ludao.base.limits import RATES
from ludao.base.text import t

from . import authority, drawing, stamping, verifying
from .models import Certificate

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
    return {"certificate": certificate, "fingerprint": _fingerprint(certificate)}


def image(request: HttpRequest, pk: int) -> HttpResponse:
    rows = rights.narrow(request.actor, "seal.read", Certificate.objects.filter(pk=pk, kind=Certificate.SEAL))
    if (found := rows.first()) is None:
        raise Http404
    answer = HttpResponse(drawing.of(found, "svg"), content_type="image/svg+xml")
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


def _fingerprint(certificate: Certificate) -> str:
    found = stamping.pem(certificate).sha256.hex().upper()
    return ":".join(found[i:i + 2] for i in range(0, len(found), 2))
