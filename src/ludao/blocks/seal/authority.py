"""The city's own authority: its key in the keystore, its certificate, and what it issues to organisations.

Not a licensed certification service of the Electronic Signature Law: what it signs proves who and unchanged within
the house and to whoever trusts this root, and says 演示 until an operator sets LUDAO_SEAL_FOR_REAL=1.
"""

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.db import connection, transaction

from ludao.base import clock
from ludao.base.crypto import KeyPair, Keystore, sm2_generate
from ludao.base.errors import Conflict
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from .models import Certificate

AUTHORITY, TIMESTAMPS, LOCK = "seal-authority", "seal-timestamps", "seal"
YEARS = {Certificate.AUTHORITY: 20, Certificate.TIMESTAMPS: 10, Certificate.SEAL: 3}
MARGIN = timedelta(minutes=5)  # clocks of readers that go behind
PLACE = ((NameOID.COUNTRY_NAME, "CN"), (NameOID.STATE_OR_PROVINCE_NAME, "福建省"), (NameOID.LOCALITY_NAME, "厦门市"))


@cache
def _store_at(folder: Path) -> Keystore:
    store = Keystore.at(folder)
    store.ensure(AUTHORITY, "p256")
    store.ensure(TIMESTAMPS, "p256")
    store.ensure(LOCK, "sm4")
    return store


def store() -> Keystore:
    return _store_at(Path(settings.DATA) / "secrets")


def is_demonstration() -> bool:
    return os.environ.get("LUDAO_SEAL_FOR_REAL") != "1"


def authority() -> Certificate:
    """The root; made with its timestamp certificate at the first need."""
    return _own(Certificate.AUTHORITY, AUTHORITY, t("鹭岛城市根证书", "Ludao city authority"))


def timestamps() -> Certificate:
    return _own(Certificate.TIMESTAMPS, TIMESTAMPS, t("鹭岛时间戳服务", "Ludao timestamps"))


def key_of(certificate: Certificate) -> ec.EllipticCurvePrivateKey:
    return _key(private_der(certificate))


def private_der(certificate: Certificate) -> bytes:
    """PKCS #8 in DER, opened only to sign."""
    if certificate.is_seal:
        return store().decrypt(certificate.key, f"seal.key:{certificate.serial}")
    return store().private(certificate.key)


def sm2_of(certificate: Certificate) -> KeyPair:
    private = store().decrypt(certificate.sm2_key, f"seal.sm2:{certificate.serial}")
    return KeyPair(bytes.fromhex(certificate.sm2_public), private)


def issue(organisation: Organisation, years: int = YEARS[Certificate.SEAL]) -> Certificate:
    """A new certificate with fresh keys, P-256 and SM2; the ones before stay what they are."""
    root, key, sm2, serial = authority(), ec.generate_private_key(ec.SECP256R1()), sm2_generate(), _serial()
    until = clock.now() + timedelta(days=365 * years)
    made = _signed(Certificate.SEAL, _name(organisation.name, organisation.name, organisation.code), key.public_key(),
                   serial, until, root)
    return Certificate.objects.create(
        kind=Certificate.SEAL, serial=f"{serial:x}", number=_number(organisation), organisation=organisation,
        name=organisation.name, pem=_pem(made), sm2_public=sm2.public.hex(),
        key=store().encrypt(LOCK, _der(key), f"seal.key:{serial:x}"),
        sm2_key=store().encrypt(LOCK, sm2.private, f"seal.sm2:{serial:x}"),
        is_demonstration=is_demonstration(), valid_from=made.not_valid_before_utc, valid_until=made.not_valid_after_utc)


def usable(organisation: str) -> Certificate:
    """The certificate that seals for this organisation now. Raises Conflict that says why there is none."""
    newest = Certificate.objects.filter(organisation=organisation, kind=Certificate.SEAL).order_by("-pk")
    now = clock.now()
    if found := next((one for one in newest.select_related("organisation")[:20] if one.is_good_at(now)), None):
        return found
    last = newest.first()
    if last is None:
        raise Conflict(t(f"{_called(organisation)}还没有印章证书，请印章管理员签发",
                         f"{_called(organisation)} has no seal yet: the seal officer issues one"), field="organisation")
    state = t("已到期", "has expired") if last.state == Certificate.VALID else last.get_state_display()
    raise Conflict(t(f"{last.name}的印章{state}，不能用印", f"The seal of {last.name} cannot be used: {state}"),
                   field="organisation")


def _called(code: str) -> str:
    found = Organisation.objects.filter(pk=code).first()
    return found.name if found else code


def _own(kind: str, name: str, title: str) -> Certificate:
    key_id = store().current(name)
    if found := Certificate.objects.filter(kind=kind, key=key_id).first():
        return found
    root = None if kind == Certificate.AUTHORITY else authority()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"seal.{kind}"])
        if found := Certificate.objects.filter(kind=kind, key=key_id).first():
            return found
        key, serial = _key(store().private(key_id)), _serial()
        until = clock.now() + timedelta(days=365 * YEARS[kind])
        made = _signed(kind, _name("鹭岛 Ludao", str(title)), key.public_key(), serial, until, root)
        return Certificate.objects.create(
            kind=kind, serial=f"{serial:x}", name=str(title), pem=_pem(made), key=key_id,
            is_demonstration=is_demonstration(), valid_from=made.not_valid_before_utc,
            valid_until=made.not_valid_after_utc)


def _signed(kind: str, subject: x509.Name, public: ec.EllipticCurvePublicKey, serial: int, until: datetime,
            root: Certificate | None) -> x509.Certificate:
    issuer = x509.load_pem_x509_certificate(root.pem.encode()) if root else None
    key = key_of(root) if root else _key(store().private(AUTHORITY))
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
        .public_key(public).serial_number(serial).not_valid_before(clock.now().astimezone(UTC) - MARGIN)
        .not_valid_after(until.astimezone(UTC))
        .add_extension(x509.BasicConstraints(ca=root is None, path_length=0 if root is None else None), critical=True)
        .add_extension(_usage(kind), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    if kind == Certificate.TIMESTAMPS:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if root is not None and (origin := _origin()):
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{origin}/seal/authority.crl")], None, None,
                                       None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder.sign(key, hashes.SHA256())


def _usage(kind: str) -> x509.KeyUsage:
    is_root = kind == Certificate.AUTHORITY
    return x509.KeyUsage(
        digital_signature=not is_root, content_commitment=kind == Certificate.SEAL, key_cert_sign=is_root,
        crl_sign=is_root, key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False)


def _name(organisation: str, common: str, code: str = "") -> x509.Name:
    said = [*PLACE, (NameOID.ORGANIZATION_NAME, organisation)]
    if code:
        said.append((NameOID.ORGANIZATION_IDENTIFIER, code))
    if is_demonstration():
        said.append((NameOID.ORGANIZATIONAL_UNIT_NAME, "演示"))
    return x509.Name([x509.NameAttribute(oid, _short(value)) for oid, value in [*said, (NameOID.COMMON_NAME, common)]])


def _short(value: str) -> str:
    """A name may have 64 (X.520); the library counts bytes. The whole name stands in our row."""
    return value.encode()[:64].decode(errors="ignore")


def _number(organisation: Organisation) -> str:
    """The seal's code: the area's six digits and a running number (the form of GA/T 1106, 13 digits)."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('seal.number'))")
    area = (organisation.area_id or "350200")[:6].ljust(6, "0")
    last = Certificate.objects.filter(number__startswith=area).order_by("-number").values_list("number", flat=True)
    return f"{area}{int(last[0][6:]) + 1 if last else 1:07d}"


def _origin() -> str:
    return os.environ.get("LUDAO_ORIGINS", "").split(",")[0].rstrip("/")


def _serial() -> int:
    return x509.random_serial_number()


def _key(der: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_der_private_key(der, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
