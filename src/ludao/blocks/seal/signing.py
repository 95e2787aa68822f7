"""Seals a document: a PDF with its visible seal, signature and timestamp (PAdES B-T), or any bytes by SM2."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from asn1crypto import keys
from django.db import transaction
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ludao.base import actions, audit
from ludao.base.actor import Actor
from ludao.base.crypto import sm2_sign
from ludao.base.errors import Problem
from ludao.base.text import t

from . import authority, drawing, finding, stamping, waiting
from .drawing import Visible
from .models import Certificate, Use

audit.words |= {"seal.use": t("用印", "Used a seal")}


@dataclass(frozen=True)
class Signature:
    """A detached SM2 signature over SM3 (GM/T 0009), DER, with the serial number of the certificate."""

    signature: bytes
    serial: str
    public_pem: str


def sign_pdf(pdf: bytes, *, organisation: str, reason: str, at: Any = None, visible: Visible | None = None,
             actor: Actor | None = None, about: str = "", title: str = "", is_visible: bool = True) -> bytes:
    """The document under the organisation's seal: the same bytes and behind them the signature.

    Call it inside the action that makes the document; who acts there is who uses the seal. The seal stands where
    `visible` says, else over the last place that names the organisation, else at the lower right of the last page.
    `at` is a page number from 1 instead. Raises Conflict where there is no usable seal, Problem for what is no PDF.
    """
    with transaction.atomic():
        certificate = authority.usable(organisation)
        box = (visible or finding.place(pdf, certificate.name, page=at)) if is_visible else None
        signed = _signed(pdf, certificate, reason, box)
        _note(actor, certificate, Use.PDF, pdf, signed, reason, about, title)
    return signed


def sign_sm2(data: bytes, organisation: str, *, reason: str = "", actor: Actor | None = None, about: str = "",
             title: str = "") -> Signature:
    """A detached signature, which `openssl dgst -sm3 -verify` checks with the public key beside it."""
    with transaction.atomic():
        certificate = authority.usable(organisation)
        pair = authority.sm2_of(certificate)
        made = sm2_sign(pair, data)
        _note(actor, certificate, Use.SM2, data, made, reason or str(t("电子文件签名", "Signing")), about, title)
    return Signature(made, certificate.serial, pair.public_pem())


def _signed(pdf: bytes, certificate: Certificate, reason: str, box: Visible | None) -> bytes:
    root = stamping.pem(authority.authority())
    signer = signers.SimpleSigner(
        signing_cert=stamping.pem(certificate), cert_registry=SimpleCertificateStore.from_certs([root]),
        signing_key=keys.PrivateKeyInfo.load(authority.private_der(certificate)))
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        name = f"Seal{len(writer.prev.embedded_signatures) + 1}"
        meta = signers.PdfSignatureMetadata(
            field_name=name, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256", reason=reason[:200],
            name=certificate.name, location="厦门")
        field = fields.SigFieldSpec(name, on_page=box.page if box else 0, box=_points(box) if box else None)
        pdf_signer = signers.PdfSigner(
            meta, signer, timestamper=stamping.OwnStamper(), new_field_spec=field,
            stamp_style=StaticStampStyle(background=_SealPage(certificate), border_width=0, background_opacity=0.92))
        out: io.BytesIO = waiting.waited(pdf_signer.async_sign_pdf(writer))
    except (PdfError, IndexError) as error:
        raise Problem(t(f"不是可以签章的 PDF：{error}", f"No PDF that can be sealed: {error}"), field="file") from error
    return out.getvalue()


def _points(box: Visible) -> tuple[int, int, int, int]:
    def mm(value: float) -> int:
        return round(value * 72 / 25.4)

    return mm(box.x_mm), mm(box.y_mm), mm(box.x_mm + box.width_mm), mm(box.y_mm + box.width_mm)


class _SealPage(ImportedPdfPage):
    """The drawn seal as the stamp's picture, from memory instead of a file."""

    def __init__(self, certificate: Certificate) -> None:
        super().__init__("", 0)  # type: ignore[no-untyped-call]
        self._pdf = drawing.of(certificate, "pdf")

    def render(self) -> bytes:
        from pyhanko.pdf_utils.layout import BoxConstraints
        from pyhanko.pdf_utils.reader import PdfFileReader

        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/LudaoSeal"] = page
        left, low, right, high = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(high - low))
        return b"/LudaoSeal Do"


def _note(actor: Actor | None, certificate: Certificate, form: str, data: bytes, signed: bytes, reason: str,
          about: str, title: str) -> None:
    who = actor or actions.acting()
    if who is None:
        raise LookupError("a seal is used inside an action, or with the actor named")
    digest, after = hashlib.sha256(data).hexdigest(), hashlib.sha256(signed).hexdigest()
    Use.objects.create(certificate=certificate, organisation=certificate.organisation_id or "", form=form,
                       title=title[:200], about=about, reason=reason[:300], digest=digest, signed_digest=after,
                       person=who.person, by=who.name)
    audit.write(who, "seal.use", certificate, {"form": form, "digest": digest, "signed": after, "about": about,
                                               "reason": reason})
