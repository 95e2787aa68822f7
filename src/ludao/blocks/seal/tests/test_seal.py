"""A seal holds for pyHanko and OpenSSL, shows every change, refuses when it is over, and every use is written down."""

import io
import subprocess
from datetime import timedelta
from functools import cache
from pathlib import Path

import httpx
import pytest
from django.test import Client
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter

from ludao.base import clock
from ludao.base.errors import Conflict, Problem
from ludao.base.models import AuditLine
from ludao.blocks.identity.public import Organisation
from ludao.blocks.seal import authority, demo, verifying
from ludao.blocks.seal.actions import issue, resume, revoke, suspend
from ludao.blocks.seal.models import Certificate, Use
from ludao.blocks.seal.public import sign_pdf, sign_sm2, usable, verify_pdf, verify_sm2

OFFICE = "xm-dsj"
sample = cache(demo.sample)  # a sheet set again a second later tells another time


@pytest.fixture
def officer(city, actor_of):
    return actor_of("shuguan")


@pytest.fixture
def sealed(officer) -> bytes:
    return sign_pdf(sample(), organisation=OFFICE, reason="办结", actor=officer, about="services.item.case:12",
                    title="样张")


def _openssl(*given: str, cwd: Path) -> str:
    done = subprocess.run(["openssl", *given], cwd=cwd, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    return done.stdout + done.stderr


def test_the_seal_is_a_pades_signature_with_a_timestamp_over_the_name_of_its_organisation(sealed):
    reader = PdfFileReader(io.BytesIO(sealed))
    (one,) = reader.embedded_regular_signatures
    assert one.sig_object["/SubFilter"] == SigSeedSubFilter.PADES.value
    left, low, right, high = (float(x) for x in one.sig_field["/Rect"])
    assert abs((right - left) * 25.4 / 72 - 45) < 1 and high < 595  # 4.5 cm, on the lower half of the sheet
    (said,) = verify_pdf(sealed)
    assert said.is_good and said.organisation == "厦门市大数据管理局" and said.reason == "办结"
    assert said.at and abs(said.at - clock.now()) < timedelta(minutes=1)


def test_pyhanko_verifies_it_as_an_independent_client(sealed, tmp_path):
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    (tmp_path / "root.pem").write_text(authority.authority().pem)
    script = """
import sys
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
reader = PdfFileReader(open("sealed.pdf", "rb"))
context = ValidationContext(trust_roots=[load_cert_from_pemder("root.pem")])
status = validate_pdf_signature(reader.embedded_signatures[0], context)
print(status.summary(), status.bottom_line, status.timestamp_validity.trusted, status.coverage)
"""
    import sys
    told = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert "True True SignatureCoverageLevel.ENTIRE_FILE" in told.stdout, told.stderr


def test_a_second_organisation_seals_the_same_sheet_and_both_hold(sealed, officer):
    twice = sign_pdf(sealed, organisation="xm-szb", reason="会签", actor=officer)
    assert [(s.organisation, s.verdict) for s in verify_pdf(twice)] == [
        ("厦门市大数据管理局", "good"), (usable("xm-szb").name, "good")]


def test_every_change_shows(sealed):
    place = sealed.index(b"/Contents") // 2
    changed = bytearray(sealed)
    changed[place] ^= 1
    assert all(not s.is_good for s in _or_none(bytes(changed)))
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 200 200 re f"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    assert [s.verdict for s in verify_pdf(out.getvalue())] == ["changed"]


def _or_none(pdf: bytes):
    try:
        return verify_pdf(pdf)
    except Problem:
        return []


def test_what_is_no_pdf_is_refused_in_words(officer):
    for wrong in (b"", b"hello", sample()[:500]):
        with pytest.raises(Problem):
            verify_pdf(wrong)
        with pytest.raises(Problem):
            sign_pdf(wrong, organisation=OFFICE, reason="x", actor=officer)


def test_openssl_verifies_the_sm2_signature(officer, tmp_path):
    data = "电子文件".encode() * 1000
    made = sign_sm2(data, OFFICE, actor=officer)
    for name, content in (("data", data), ("sig", made.signature), ("key.pem", made.public_pem.encode())):
        (tmp_path / name).write_bytes(content)
    told = _openssl("dgst", "-sm3", "-verify", "key.pem", "-signature", "sig", "-sigopt",
                    "distid:1234567812345678", "data", cwd=tmp_path)
    assert "Verified OK" in told
    assert verify_sm2(data, made.signature).is_good and verify_sm2(data, made.signature, made.serial).is_good
    assert verify_sm2(data + b"!", made.signature).verdict == verifying.BROKEN


def test_openssl_verifies_the_certificate_the_revocation_list_and_the_timestamp(officer, tmp_path):
    row = usable(OFFICE)
    client = Client()
    for name, address in (("root.pem", "file/authority.crt"), ("tsa.pem", "file/timestamps.crt"),
                          ("own.pem", f"file/{row.serial}.crt"), ("list.crl", "authority.crl")):
        (tmp_path / name).write_bytes(client.get(f"/seal/{address}").content)
    (tmp_path / "data").write_bytes(b"a thesis")
    assert "own.pem: OK" in _openssl("verify", "-CAfile", "root.pem", "own.pem", cwd=tmp_path)
    _openssl("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "ask.tsq", cwd=tmp_path)
    answer = client.post("/seal/tsa", (tmp_path / "ask.tsq").read_bytes(), "application/timestamp-query")
    assert answer["Content-Type"] == "application/timestamp-reply"
    (tmp_path / "said.tsr").write_bytes(answer.content)
    assert "Verification: OK" in _openssl("ts", "-verify", "-in", "said.tsr", "-queryfile", "ask.tsq", "-CAfile",
                                          "root.pem", cwd=tmp_path)
    revoke(officer, certificate=row, reason="机构撤销")
    (tmp_path / "list.crl").write_bytes(client.get("/seal/authority.crl").content)
    listed = _openssl("crl", "-inform", "DER", "-in", "list.crl", "-CAfile", "root.pem", "-noout", "-text",
                      cwd=tmp_path)
    assert "verify OK" in listed and row.serial.upper() in listed.replace(":", "").upper()


@pytest.mark.parametrize("question", [b"\x30\x03\x02\x01\x01", b"x" * 5000])
def test_a_question_that_is_none_is_refused_by_the_protocol(city, question, tmp_path):
    answer = Client().post("/seal/tsa", question, "application/timestamp-query")
    (tmp_path / "said.tsr").write_bytes(answer.content)
    told = _openssl("ts", "-reply", "-in", "said.tsr", "-text", cwd=tmp_path)
    assert "Rejected" in told and "format" in told, told


def test_a_seal_that_is_over_does_not_seal_and_what_it_sealed_before_still_holds(officer, sealed):
    row = usable(OFFICE)
    suspend(officer, certificate=row, reason="换领导班子")
    with pytest.raises(Conflict, match="停用"):
        sign_pdf(sample(), organisation=OFFICE, reason="x", actor=officer)
    with pytest.raises(Conflict):
        sign_sm2(b"x", OFFICE, actor=officer)
    row.refresh_from_db()
    resume(officer, certificate=row, reason="交接完毕")
    revoke(officer, certificate=row, reason="印章遗失")
    with pytest.raises(Conflict, match="吊销"):
        sign_pdf(sample(), organisation=OFFICE, reason="x", actor=officer)
    assert [s.verdict for s in verify_pdf(sealed)] == ["good"]
    Certificate.objects.filter(pk=row.pk).update(ended_at=clock.now() - timedelta(hours=1))
    assert [s.verdict for s in verify_pdf(sealed)] == ["ended"]
    newer = issue(officer, organisation=Organisation.objects.get(pk=OFFICE))
    assert usable(OFFICE) == newer and newer.number != row.number


def test_a_foreign_authority_is_a_stranger(officer, sealed, monkeypatch):
    Certificate.objects.filter(kind=Certificate.AUTHORITY).update(kind=Certificate.TIMESTAMPS)
    assert [s.verdict for s in verify_pdf(sealed)] == ["stranger"]


def test_every_use_is_written_down(officer, sealed):
    import hashlib

    use = Use.objects.get(about="services.item.case:12")
    assert (use.by, use.organisation, use.digest) == (officer.name, OFFICE, hashlib.sha256(sample()).hexdigest())
    assert use.signed_digest == hashlib.sha256(sealed).hexdigest()
    assert AuditLine.objects.filter(address="seal.use", person=officer.person, detail__digest=use.digest).exists()


def test_nobody_uses_a_seal_unnamed(city):
    with pytest.raises(LookupError):
        sign_pdf(sample(), organisation=OFFICE, reason="x")


def test_anyone_verifies_and_nothing_is_kept(sealed, city):
    file = io.BytesIO(sealed)
    file.name = "证明.pdf"
    page = Client().post("/seal/verify/", {"file": file}).content.decode()
    assert "厦门市大数据管理局" in page and "没有改动" in page
    plain = io.BytesIO(sample())
    plain.name = "空白.pdf"
    assert "没有电子签章" in Client().post("/seal/verify/", {"file": plain}).content.decode()
    wrong = io.BytesIO(b"hello")
    wrong.name = "x.pdf"
    assert Client().post("/seal/verify/", {"file": wrong}).status_code == 422


def test_the_private_keys_are_nowhere_in_the_clear(officer):
    from django.db import connection

    row = usable(OFFICE)
    der = authority.private_der(row)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from base_history where table_name = 'seal_certificate'"
                       " and (row ? 'key' or row ? 'sm2_key')")
        assert cursor.fetchone() == (0,)
    assert der.hex() not in row.key and row.key.startswith("sm4:")


def test_timestamps_come_over_http_as_well(house, tmp_path):
    (tmp_path / "data").write_bytes(b"over the wire")
    _openssl("ts", "-query", "-data", "data", "-sha512", "-out", "ask.tsq", cwd=tmp_path)
    answer = httpx.post(f"{house}/seal/tsa", content=(tmp_path / "ask.tsq").read_bytes(),
                        headers={"Content-Type": "application/timestamp-query"})
    (tmp_path / "said.tsr").write_bytes(answer.content)
    for name in ("authority", "timestamps"):
        (tmp_path / name).write_bytes(httpx.get(f"{house}/seal/file/{name}.crt").content)
    assert "Verification: OK" in _openssl("ts", "-verify", "-in", "said.tsr", "-queryfile", "ask.tsq", "-CAfile",
                                          "authority", "-untrusted", "timestamps", cwd=tmp_path)
