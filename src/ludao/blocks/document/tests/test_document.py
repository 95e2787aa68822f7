"""Documents: stored once, told by their bytes, scanned, versioned, shown, kept as long as they must be."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.blocks.document import actions, clearing, hears, kinds, previewing, public, retention, storage, typesetting
from ludao.blocks.document.models import Content, Document
from ludao.blocks.document.storage import place_of

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LETTER = {"kind": "测试局", "number": "测函〔2026〕1 号", "office": "测试局", "day": "2026年11月24日", "title": "函",
          "paragraphs": ["各单位：", "请查收。"]}


def png(size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#0b6796").save(out, "PNG")
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize("name, content, ending", [
    ("a.png", png(), "png"), ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "docx"),
    ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"), ("a.ofd", zipped("OFD.xml"), "ofd"),
    ("a.zip", zipped("a.txt"), "zip"), ("a.csv", "甲,乙\n1,2\n".encode(), "csv"),
    ("a.txt", "你好".encode("gb18030"), "txt"), ("A.JSON", b'{"a": 1}', "json"),
    ("a.wps", kinds.OLE + bytes(600), "doc"),
    ("a.xml", b"<?xml version='1.0'?><a/>", "xml"),
])
def test_a_kind_is_told_by_its_bytes(name: str, content: bytes, ending: str) -> None:
    assert kinds.sniff(io.BytesIO(content), name).endings[0] == ending


@pytest.mark.parametrize("name, content", [
    ("a.pdf", png()), ("a.png", b"MZ\x90\x00" + bytes(200)), ("a.txt", b"<html><script>alert(1)</script>"),
    ("a.xml", b"<?xml version='1.0'?><svg onload='x'/>"), ("a.docx", zipped("a.txt")), ("a.exe", "你好".encode()),
    ("a.txt", b"\x7fELF\x02\x01\x01" + bytes(60)), ("a.html", b"<p>hello"), ("a.docx", b"PK\x03\x04" + bytes(80)),
])
def test_what_pretends_or_runs_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Problem):
        kinds.sniff(io.BytesIO(content), name)


@given(st.text(max_size=300))
def test_a_name_never_leaves_its_folder(name: str) -> None:
    plain = kinds.plain_name(name)
    assert not set(plain) & set('/\\\0<>|:*?"\n') and len(plain) <= 200 and not plain.startswith(".")


def test_the_same_bytes_lie_once(officer: Actor, citizen: Actor) -> None:
    one, other = (public.keep(actor, png(), f"{actor.name}.png") for actor in (officer, citizen))
    assert one.current and other.current and one.current.digest == other.current.digest
    assert Content.objects.count() == 1
    assert (one.owner, one.person, other.organisation) == ("测试局", "7001", "")
    assert public.read(one.current) == png()


def test_versions_stay_and_a_version_that_changes_nothing_is_none(officer: Actor) -> None:
    document = public.keep(officer, b"one", "a.txt", about="services.item.case:1")
    public.replace(officer, document, b"two", "a.txt", "改正")
    with pytest.raises(Conflict):
        public.replace(officer, document, b"two", "a.txt")
    document.refresh_from_db()
    assert [public.read(v) for v in document.versions.order_by("number")] == [b"one", b"two"]
    assert document.number == 2 and list(public.of("services.item.case:1")) == [document]


def test_too_large_and_empty_are_refused(officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUDAO_DOCUMENT_MAX_MIB", "1")
    for content, words in ((bytes(2**20 + 1), "1 MiB"), (b"", "空")):
        with pytest.raises(Problem, match=words):
            public.keep(officer, content, "a.txt")


def test_a_virus_is_refused_and_a_mute_scanner_lets_nothing_in(
        officer: Actor, scanner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUDAO_CLAMD", scanner)
    clean = public.keep(officer, b"harmless", "a.txt")
    assert clean.current and clean.current.content and clean.current.content.scan == Content.CLEAN
    with pytest.raises(Problem, match="Eicar"):
        public.keep(officer, EICAR, "a.txt")
    monkeypatch.setenv("LUDAO_CLAMD", "tcp://127.0.0.1:9")
    with pytest.raises(Problem, match="病毒检查"):
        public.keep(officer, b"while it is down", "a.txt")
    assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_bucket_serves_as_a_folder_does(bucket: str) -> None:
    actor = Actor(person="7003", name="测丙")
    document = public.keep(actor, png((400, 300)), "a.png")
    assert document.current and public.read(document.current) == png((400, 300))
    content = Content.objects.get()
    assert previewing.picture(content, 1, 320)[:4] == b"RIFF"
    assert list(storage.older_than(timedelta(seconds=-60))) == [content.pk]
    Document.objects.update(due_on=clock.today())
    hears.dispose_due()
    assert not storage.has(place_of(content.pk)) and list(storage.older_than(timedelta(seconds=-60))) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_deleted_unless_it_is_held_or_shared() -> None:
    actor = Actor.system("test")
    texts = (b"due", b"held", b"shared")
    due, held, shared = (public.keep(actor, text, "a.txt", term=retention.SHORT) for text in texts)
    public.keep(actor, b"shared", "b.txt", term=retention.PERMANENT)
    actions.hold(actor, document=held, reason="审计")
    Document.objects.filter(retention=retention.SHORT).update(due_on=clock.today())
    places = [place_of(d.versions.get().digest) for d in (due, held, shared)]
    hears.dispose_due()
    assert [storage.has(place) for place in places] == [False, True, True]
    due.refresh_from_db()
    assert due.state == Document.DISPOSED and due.versions.get().digest
    held.refresh_from_db()
    with pytest.raises(Conflict):
        actions.dispose(actor, document=held)


@pytest.mark.django_db(transaction=True)
def test_what_an_interrupted_upload_left_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "SETTLED", timedelta(seconds=-60))
    kept = public.keep(Actor.system("test"), b"kept", "a.txt")
    stray = "ab" * 32
    storage.put(place_of(stray), b"stray")
    clearing.sweep()
    assert not storage.has(place_of(stray)) and storage.has(place_of(kept.versions.get().digest))


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_years_are_counted_from_the_next_first_of_january(day: date) -> None:
    assert retention.due_on(retention.TEN, day) == date(day.year + 11, 1, 1)
    assert retention.due_on(retention.PERMANENT, day) is None


def test_a_letter_is_set_and_every_page_is_seen(officer: Actor) -> None:
    document = public.make(officer, public.LETTER, LETTER | {"paragraphs": ["字" * 900] * 3}, name="函.pdf")
    assert document.current and document.current.content
    read = PdfReader(io.BytesIO(public.read(document.current)))
    assert previewing.pages(document.current.content) == len(read.pages) > 1
    assert "测函" in read.pages[0].extract_text()
    picture = Image.open(io.BytesIO(previewing.picture(document.current.content, 2, 320)))
    assert picture.format == "WEBP" and picture.width == 320


def test_a_wrong_sheet_and_a_damaged_file_say_so(officer: Actor) -> None:
    with pytest.raises(Problem, match="模板"):
        typesetting.typeset(b"#unknown-word()", {})
    for name, content in (("a.pdf", b"%PDF-1.4 and nothing more"), ("a.png", png()[:60])):
        document = public.keep(officer, content, name)
        assert document.current and document.current.content
        if previewing.pages(document.current.content):
            with pytest.raises(Problem, match="损坏"):
                previewing.picture(document.current.content, 1, 320)


def test_a_picture_carries_neither_place_nor_camera(officer: Actor) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"  # turned a quarter
    Image.new("RGB", (80, 40)).save(out, "JPEG", exif=exif)
    document = public.keep(officer, out.getvalue(), "a.jpg")
    assert document.current and document.current.content
    shown = Image.open(io.BytesIO(previewing.picture(document.current.content, 1, 320)))
    assert shown.size == (40, 80) and not shown.getexif()
