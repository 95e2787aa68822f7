"""Tells of a sealed document who sealed it, when, and whether it is still what it was."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from ludao.base import clock
from ludao.base.crypto import CryptoError, sm2_verify
from ludao.base.errors import Problem
from ludao.base.text import t

from . import stamping, waiting
from .models import Certificate

GOOD, CHANGED, BROKEN, STRANGER, ENDED, UNDATED = "good", "changed", "broken", "stranger", "ended", "undated"
WORDS = {
    GOOD: t("有效：由本市签章，盖章后没有改动", "Valid: sealed by this city, unchanged since"),
    CHANGED: t("盖章之后文件被改动过", "The document was changed after it was sealed"),
    BROKEN: t("签名与内容不符，文件不可信", "The signature does not fit the content: do not trust it"),
    STRANGER: t("签名完好，但不是本市证书签署", "Intact, but not signed with a certificate of this city"),
    ENDED: t("签署时印章已停用、吊销或到期", "The seal was suspended, revoked or over when it was used"),
    UNDATED: t("没有可信的时间戳", "No timestamp that can be trusted"),
}


@dataclass(frozen=True)
class Signed:
    """One signature of a document, and what is to be thought of it."""

    organisation: str
    serial: str
    at: datetime | None
    reason: str
    verdict: str
    certificate: Certificate | None = None
    form: str = "PAdES"

    @property
    def is_good(self) -> bool:
        return self.verdict == GOOD

    @property
    def words(self) -> str:
        return WORDS[self.verdict]


def verify_pdf(pdf: bytes) -> list[Signed]:
    """Every signature in it, the first one first; none at all is an empty list. Raises Problem for what is no PDF."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        found = list(reader.embedded_regular_signatures)
    except (PdfError, ValueError, IndexError, KeyError, TypeError, RecursionError) as error:
        raise Problem(t("不是可以打开的 PDF", "No PDF that opens"), field="file") from error
    return [_judged(one) for one in found]


def verify_sm2(data: bytes, signature: bytes, serial: str = "") -> Signed:
    """A detached SM2 signature: by the certificate named, else by whichever of ours it fits."""
    for certificate in _candidates(serial):
        try:
            fits = sm2_verify(bytes.fromhex(certificate.sm2_public), data, signature)
        except CryptoError:
            fits = False
        if fits:
            is_good = certificate.is_good_at(clock.now())
            return Signed(certificate.name, certificate.serial, None, "", GOOD if is_good else ENDED, certificate,
                          "SM2")
    return Signed("", serial, None, "", BROKEN, None, "SM2")


def _candidates(serial: str) -> Iterator[Certificate]:
    rows = Certificate.objects.filter(kind=Certificate.SEAL).order_by("-pk")
    if serial:
        rows = rows.filter(serial=serial.lower())
    yield from rows[:MOST_TRIED]


MOST_TRIED = 400  # a millisecond each


def _judged(one: Any) -> Signed:
    signer = one.signer_cert
    row = Certificate.objects.filter(serial=f"{signer.serial_number:x}", kind=Certificate.SEAL).first()
    is_ours = row is not None and stamping.pem(row).dump() == signer.dump()
    at = _stamped_at(one)
    reason = re.sub(r"\s+", " ", str(one.sig_object.get("/Reason", "")))[:300]
    name = row.name if is_ours and row else str(signer.subject.native.get("common_name", ""))

    def said(verdict: str) -> Signed:
        return Signed(name, f"{signer.serial_number:x}", at, reason, verdict, row if is_ours else None)

    try:
        status = waiting.waited(async_validate_pdf_signature(one, _context(at)))
    except (SignatureValidationError, PdfError, ValueError):
        return said(BROKEN)
    if not status.intact or not status.valid:
        return said(BROKEN)
    if status.modification_level not in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES,
                                         ModificationLevel.FORM_FILLING):
        return said(CHANGED)
    if not is_ours or not status.trusted or row is None:
        return said(STRANGER)
    stamp = status.timestamp_validity
    if at is None or stamp is None or not (stamp.intact and stamp.valid and stamp.trusted):
        return said(UNDATED)
    return said(GOOD if row.is_good_at(at) else ENDED)


def _context(at: datetime | None) -> Any:
    """Only our own authority is trusted. What was revoked when is asked of our own rows, not of a list that ages."""
    roots = [stamping.pem(row) for row in Certificate.objects.filter(kind=Certificate.AUTHORITY)]
    return ValidationContext(trust_roots=roots, moment=at or clock.now(), allow_fetching=False)


def _stamped_at(one: Any) -> datetime | None:
    """The moment that the timestamp says; whether it is to be believed is judged with the signature."""
    attributes = one.signer_info["unsigned_attrs"]
    try:
        data = next(each["values"][0]["content"] for each in attributes
                    if each["type"].native == "signature_time_stamp_token")
        moment: datetime = data["encap_content_info"]["content"].parsed["gen_time"].native
    except (StopIteration, ValueError, KeyError, TypeError):
        return None
    return moment.astimezone(clock.SHANGHAI)


