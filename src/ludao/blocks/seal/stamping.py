"""The timestamp authority (RFC 3161): says, under its signature, that a digest was there at a moment."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign import general
from pyhanko.sign.timestamps import TimeStamper

from ludao.base import clock

from . import authority
from .models import Certificate

# Ours alone and registered nowhere (ITU-T X.667, made from a UUID): the city's clock, kept by NTP.
POLICY = "2.25.219381440187105290237105329019573841246"
DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}
MOST = 4096  # bytes of a question


@dataclass(frozen=True)
class Chain:
    """The certificate of the timestamps and the root above it, read before anything waits."""

    own: Certificate
    root: Certificate


def chain() -> Chain:
    return Chain(authority.timestamps(), authority.authority())


def answer(question: bytes, by: Chain | None = None) -> bytes:
    """A TimeStampReq in DER → a TimeStampResp in DER, a refusal with its reason where the question is none."""
    try:
        asked = tsp.TimeStampReq.load(question, strict=True)
        imprint = asked["message_imprint"]
        digest, algorithm = imprint["hashed_message"].native, imprint["hash_algorithm"]["algorithm"].native
        policy, _ = asked["req_policy"].native, (asked["nonce"].native, asked["cert_req"].native)
    except (ValueError, TypeError):
        return _refused("bad_data_format")
    if DIGESTS.get(algorithm) is None:
        return _refused("bad_alg")
    if DIGESTS[algorithm] != len(digest):
        return _refused("bad_data_format")
    if policy not in (None, POLICY):
        return _refused("unaccepted_policy")
    if asked["extensions"].native:
        return _refused("unaccepted_extensions")
    token = _token(asked, by or chain())
    granted = tsp.PKIStatusInfo({"status": tsp.PKIStatus("granted")})
    return bytes(tsp.TimeStampResp({"status": granted, "time_stamp_token": token}).dump())


class OwnStamper(TimeStamper):
    """pyHanko's way to our own authority, without leaving the process."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._chain = chain()

    async def async_request_tsa_response(self, req: Any) -> Any:
        return tsp.TimeStampResp.load(answer(req.dump(), self._chain))


class _Refusal(core.Sequence):  # type: ignore[misc]
    """A TimeStampResp without a token, which the library's own does not know to be optional."""

    _fields = [("status", tsp.PKIStatusInfo)]


def _refused(why: str) -> bytes:
    status = tsp.PKIStatusInfo({"status": tsp.PKIStatus("rejection"), "fail_info": tsp.PKIFailureInfo({why})})
    return bytes(_Refusal({"status": status}).dump())


def _token(asked: Any, by: Chain) -> Any:
    certificate, key = pem(by.own), authority.key_of(by.own)
    said = tsp.TSTInfo({
        "version": "v1", "policy": POLICY, "message_imprint": asked["message_imprint"], "serial_number": uuid4().int,
        "gen_time": clock.now(), "accuracy": tsp.Accuracy({"seconds": 1}), "ordering": False,
        "tsa": x509.GeneralName(name="directory_name", value=certificate.subject),
        **({"nonce": asked["nonce"]} if asked["nonce"].native is not None else {}),
    }).dump()
    signed = cms.CMSAttributes([
        general.simple_cms_attribute("content_type", "tst_info"),
        general.simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(clock.now())})),
        general.simple_cms_attribute("signing_certificate_v2", general.as_signing_certificate_v2(certificate)),
        general.simple_cms_attribute("message_digest", _sha256(said)),
    ])
    signer = cms.SignerInfo({
        "version": "v1", "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "signed_attrs": signed,
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number})}),
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        "signature": key.sign(signed.dump(), ec.ECDSA(hashes.SHA256())),
    })
    sent = [certificate, pem(by.root)] if asked["cert_req"].native else []
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData({
        "version": "v3", "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(said)},
        **({"certificates": sent} if sent else {}), "signer_infos": [signer]})})


def pem(row: Certificate) -> Any:
    """A certificate of ours as the signing library reads it."""
    from asn1crypto import pem as armour

    return x509.Certificate.load(armour.unarmor(row.pem.encode())[2])


def _sha256(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()
