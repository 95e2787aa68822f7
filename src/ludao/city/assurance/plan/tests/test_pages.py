"""The plan's pages as the cast sees them, and as the stranger does not."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ludao.city.assurance.plan import actions
from ludao.city.assurance.plan.models import Evidence, Item, Plan, Target

from .test_actions import OFFICE, SECOND
from .test_engine import shared

pytestmark = pytest.mark.usefixtures("city")
OWN = ("map/", "item/", "target/", "gantt/", "board/", "board/?by=owner", "bulletin/", "plan/")


@pytest.mark.parametrize("path", OWN)
def test_the_officer_and_the_leader_open_every_page(client_of: Any, path: str) -> None:
    for login in ("wangke", "linju"):
        assert client_of(login).get(f"/assurance/plan/{path}").status_code == 200


@pytest.mark.parametrize("path", [*OWN, "bulletin.pdf", "do/upload/"])
@pytest.mark.parametrize("login", ["zhao", "lilei"])
def test_the_stranger_sees_nothing_of_it(client_of: Any, login: str, path: str) -> None:
    assert client_of(login).get(f"/assurance/plan/{path}").status_code == 404


def test_the_desk_opens_with_the_map_of_every_clause(client_of: Any) -> None:
    page = client_of("wangke").get("/desk/").content.decode()
    for number in ("1.1.1", "3.1.2", "6.1.5"):
        assert f">{number}</span>" in page
    assert "50亿条" in page and 'href="/assurance/plan/"' in page


def test_the_map_in_english_has_english_clauses(client_of: Any) -> None:
    client = client_of("wangke")
    client.cookies["ludao_language"] = "en"
    page = client.get("/assurance/plan/map/").content.decode()
    assert "One sensing network for the city" in page and "Digital government" in page


def test_the_officer_uploads_checks_corrects_publishes_and_reports(client_of: Any) -> None:
    client = client_of("wangke")
    file = SimpleUploadedFile("plan.txt", SECOND.read_bytes())
    answer = client.post("/assurance/plan/do/upload/", {"file": file})
    plan = Plan.objects.latest("pk")
    assert answer["Location"] == plan.get_absolute_url()
    page = client.get(plan.get_absolute_url()).content.decode()
    assert "<mark>达到85%以上<sup>1</sup></mark>" in page and "截至2020年底" in page
    target = Target.objects.filter(item__plan=plan).first()
    assert target
    given = {"item": target.pk, "subject": "归集率", "sign": "≥", "value": "90", "unit": "%"}
    assert client.post("/assurance/plan/do/correct_target/", given).status_code == 302
    assert client.post("/assurance/plan/do/publish/", {"item": plan.pk}).status_code == 302
    item = Item.objects.filter(plan=plan).first()
    assert item
    report = {"item": item.pk, "percent": "30", "words": "进展顺利"}
    assert client.post("/assurance/plan/do/report/", report).status_code == 302
    target.refresh_from_db()
    item.refresh_from_db()
    assert (str(target), item.percent) == ("归集率 ≥ 90%", 30)


@pytest.mark.real
def test_the_published_plan_is_uploaded_and_shown_against_its_text(client_of: Any) -> None:
    client = client_of("wangke")
    file = SimpleUploadedFile("work-plan-2022.txt", shared("work-plan-2022.txt").encode())
    page = client.post("/assurance/plan/do/upload/", {"file": file}, follow=True).content.decode()
    plan = Plan.objects.latest("pk")
    assert (plan.title, plan.items.count()) == ("2022年数字厦门工作要点", 39)
    assert "<mark>达50亿条以上<sup>2</sup></mark>" in page and "开头写明38项任务，实际读到39项" in page


def test_a_bad_file_keeps_the_page_and_names_the_line(client_of: Any) -> None:
    answer = client_of("wangke").post("/assurance/plan/do/upload/", {"file": SimpleUploadedFile("a.txt", b"nothing")})
    assert answer.status_code == 422 and "第1行起没有找到编号的任务" in answer.content.decode()


def test_the_leader_reads_the_bulletin_as_page_and_as_pdf(client_of: Any) -> None:
    client = client_of("linju")
    assert "各单位任务进展" in client.get("/assurance/plan/bulletin/").content.decode()
    answer = client.get("/assurance/plan/bulletin.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert client.get("/assurance/plan/bulletin/?month=1999-01").status_code == 404


def test_evidence_is_a_download_for_who_may_read_the_task(client_of: Any) -> None:
    item = Item.objects.select_related("plan").filter(owner_id="xm-dsj", closed_on=None).first()
    actions.report(OFFICE, item=item, percent=50, words="附件", evidence=[SimpleUploadedFile("a.html", b"<script>")])
    url = Evidence.objects.latest("pk").get_absolute_url()
    answer = client_of("wangke").get(url)
    assert (answer.content, answer["Content-Type"]) == (b"<script>", "application/octet-stream")
    assert answer["Content-Disposition"].startswith("attachment")
    assert client_of("zhao").get(url).status_code == 404


@pytest.mark.parametrize("path", OWN)
def test_no_page_asks_the_database_row_by_row(client_of: Any, path: str) -> None:
    client = client_of("linju")
    client.get(f"/assurance/plan/{path}")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(f"/assurance/plan/{path}")
    assert len(asked) <= 30, "\n".join(q["sql"][:150] for q in asked)
