"""A year of the plan by the same functions that people use: from the upload to the closed task."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Refused
from ludao.base.models import AuditLine, Event
from ludao.blocks.identity.public import Organisation
from ludao.city.assurance.plan import actions, demo
from ludao.city.assurance.plan.bulletin import Bulletin, months
from ludao.city.assurance.plan.models import Evidence, Item, Plan, Target

SECOND = Path(__file__).parent / "second_plan.txt"
OFFICE = Actor(name="数字办", organisation="xm-szb", channel="demo", is_system=True)
pytestmark = pytest.mark.usefixtures("city")


def uploaded(text: str) -> Plan:
    return actions.upload(OFFICE, file=SimpleUploadedFile("plan.txt", text.encode()))


@pytest.fixture
def item() -> Item:
    year = clock.today().year
    plan = uploaded(f"{year}年测试计划\n1、建平台。建成不少于10个平台。\n2、办活动。年底前办好活动。")
    actions.publish(OFFICE, plan=plan)
    return Item.objects.select_related("plan", "owner").get(plan=plan, number="1.1.1")


def test_an_uploaded_plan_is_a_draft_with_every_item_and_target() -> None:
    plan = uploaded(SECOND.read_text("utf-8"))
    first = plan.items.get(number="1.1.1")
    assert (plan.state, plan.first_year, plan.last_year, plan.items.count()) == ("draft", 2021, 2025, 9)
    assert plan.text[first.start : first.end].startswith("1. 建设城市数据湖")
    target = first.targets.first()
    assert target and plan.text[target.start : target.end] == target.said == "达到85%以上"
    assert str(target.due_on) == "2025-12-31"


def test_owners_named_in_the_text_are_found_among_the_organisations() -> None:
    plan = uploaded("2024年计划\n1、甲。做甲。牵头单位：市教育局；配合单位：市公安局、不存在的局。\n2、乙。做乙。")
    first, second = plan.items.order_by("place")
    assert (first.owner_id, [o.pk for o in first.co_owners.all()]) == ("xm-jyj", ["xm-gaj"])
    assert second.owner_id == "xm-szb"


def test_a_file_in_the_national_encoding_is_read() -> None:
    content = "2024年计划\n1、甲。不少于3家。".encode("gb18030")
    plan = actions.upload(OFFICE, file=SimpleUploadedFile("plan.txt", content))
    assert plan.title == "2024年计划"


@pytest.mark.parametrize(
    ("content", "word"),
    [("没有编号的文字".encode(), "第1行"), (b"PK\x00\x00", "文本文件"), (b"\xff\xff\xff", "编码")],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(content: bytes, word: str) -> None:
    with pytest.raises(Problem, match=word) as caught:
        actions.upload(OFFICE, file=SimpleUploadedFile("plan.txt", content))
    assert caught.value.field == "file"


def test_a_report_moves_the_item_and_keeps_its_evidence(item: Item) -> None:
    file = SimpleUploadedFile("证明.txt", "盖章".encode())
    made = actions.report(OFFICE, item=item, percent=60, words="过半", evidence=[file])
    item.refresh_from_db()
    evidence = Evidence.objects.get(report=made)
    assert (item.percent, item.heard_on) == (60, clock.today())
    assert (bytes(evidence.content), evidence.name, len(evidence.sm3)) == ("盖章".encode(), "证明.txt", 64)
    said = Event.objects.filter(address="assurance.plan.reported").latest("pk")
    assert (said.facts["number"], said.facts["percent"]) == ("1.1.1", 60)
    assert AuditLine.objects.filter(address="assurance.plan.report", thing_id=str(item.pk)).exists()


def test_a_report_for_an_earlier_day_does_not_turn_the_item_back(item: Item) -> None:
    actions.report(OFFICE, item=item, percent=60, words="过半")
    actions.report(OFFICE, item=item, percent=20, words="补报", on=clock.today() - timedelta(days=9))
    item.refresh_from_db()
    assert item.percent == 60


def test_a_report_for_a_day_to_come_is_refused(item: Item) -> None:
    with pytest.raises(Problem):
        actions.report(OFFICE, item=item, percent=1, words="预报", on=clock.today() + timedelta(days=1))


def test_a_value_is_kept_with_its_source_and_the_newest_counts(item: Item) -> None:
    target = Target.objects.get(item=item)
    actions.set_value(OFFICE, target=target, current=Decimal(12), source="台账")
    actions.set_value(OFFICE, target=target, current=Decimal(4), source="台账", on=clock.today() - timedelta(days=30))
    target.refresh_from_db()
    assert (target.current, target.is_met, target.share, target.measures.count()) == (12, True, 100, 2)


def test_a_corrected_target_keeps_the_words_it_was_read_from(item: Item) -> None:
    target = Target.objects.get(item=item)
    actions.correct_target(OFFICE, target=target, subject="共享平台", sign=">", value=Decimal(11), unit="个")
    target.refresh_from_db()
    assert (str(target), target.said) == ("共享平台 > 11个", "不少于10个")


def test_an_item_closes_only_when_it_is_finished(item: Item) -> None:
    with pytest.raises(Conflict):
        actions.close(OFFICE, item=item, words="办结")
    actions.report(OFFICE, item=item, percent=100, words="完成")
    actions.close(OFFICE, item=Item.objects.get(pk=item.pk), words="办结")
    item.refresh_from_db()
    assert (item.light, item.closed_on) == ("done", clock.today())
    with pytest.raises(Conflict):
        actions.report(OFFICE, item=item, percent=50, words="再报")


def test_an_overdue_item_is_reminded_once_for_each_deadline(item: Item, deliver_all: Any) -> None:
    Item.objects.filter(pk=item.pk).update(due_on=clock.today() - timedelta(days=3))
    for _ in range(2):
        actions.refresh(OFFICE)
        deliver_all()
    item.refresh_from_db()
    assert (item.light, [r.kind for r in item.remarks.all()]) == ("red", ["overdue"])


def test_a_draft_shows_no_lights_and_takes_no_reports() -> None:
    draft = uploaded("2024年计划\n1、甲。不少于3家。").items.get()
    assert draft.light == "grey"
    with pytest.raises(Conflict):
        actions.report(OFFICE, item=draft, percent=1, words="早了")


def test_the_bulletin_of_a_past_month_knows_nothing_of_later_reports(item: Item) -> None:
    plan = item.plan
    Plan.objects.filter(pk=plan.pk).update(first_year=2022, last_year=2022)
    Item.objects.filter(plan=plan).update(begins_on=date(2022, 1, 1), due_on=date(2022, 12, 31))
    item.refresh_from_db()
    actions.report(OFFICE, item=item, percent=40, words="四成", on=date(2022, 5, 31))
    actions.report(OFFICE, item=item, percent=90, words="九成", on=date(2022, 9, 30))
    bulletin = Bulletin(plan, date(2022, 6, 1), Item.objects.all())
    assert [(row.percent, row.light.colour) for row in bulletin.rows] == [(40, "green"), (0, "red")]
    assert bulletin.counts["red"] == 1


def test_the_bulletin_is_a_pdf_that_names_plan_and_departments() -> None:
    plan = Plan.current()
    assert plan
    content = Bulletin(plan, months(plan)[0], Item.objects.all()).pdf()
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    expected = ("工作通报", "各单位任务进展", "厦门市大数据管理局", plan.title)
    assert all(words in text.replace(" ", "") for words in expected)


def test_the_demonstration_plan_loads_once_with_every_clause() -> None:
    before = Plan.objects.count(), Item.objects.count()
    demo.load(Actor.system("demonstration", channel="demo"), 1)
    assert (Plan.objects.count(), Item.objects.count()) == before
    assert set(demo.OWNERS) == set(Item.objects.values_list("number", flat=True))
    assert Target.objects.count() >= 25
    assert set(Organisation.objects.filter(pk__in=" ".join(demo.OWNERS.values()).split()).values_list("pk", flat=True))


def test_who_reports_for_another_department_is_refused(actor_of: Any) -> None:
    theirs = Item.objects.filter(owner_id="xm-jyj").select_related("plan").first()
    assert theirs
    operator = actor_of("chenqu")
    with pytest.raises(Refused):
        actions.report(operator, item=theirs, percent=1, words="越权")
