"""The catalogue's pages: found by words and pinyin, previewed with masks, queried within what is allowed."""

import json

import pytest

from ludao.base.errors import Problem
from ludao.base.sql import located
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Node, graph
from ludao.blocks.lake import public as lake

from ..drawing import bars, trend
from ..querying import run

ADDRESS = "source.test.pages"


@pytest.fixture
def entry(city):
    import pyarrow as pa

    rows = pa.table({"number": ["1", "2"], "name": ["李雷", "韩梅梅"]})
    if not lake.exists(ADDRESS):
        lake.create(ADDRESS, rows.schema, key=("number",))
        lake.append(ADDRESS, rows)
    made = catalogue.register({
        "address": ADDRESS, "title": {"zh": "试验花名册", "en": "Roll"}, "owner": "xm-dsj", "key": ["number"],
        "columns": {"number": {"zh": "编号", "en": "Number", "grade": "public"},
                    "name": {"zh": "姓名", "en": "Name", "means": "person_name", "grade": "sensitive",
                             "mask": "name"}}})
    catalogue.loaded(ADDRESS, run="1", rows_in=2, good=2, bad=0, version=1)
    return made


@pytest.mark.parametrize("words", ["花名册", "shiyanhuamingce", "syhmc", "source.test.pages", "姓名"])
def test_found_by_two_letters_and_by_pinyin(entry, client_of, words):
    page = client_of("wangke").get("/data/catalogue/find/", {"q": words})
    assert "试验花名册" in page.content.decode()


def test_facets_count_and_narrow(entry, client_of):
    client = client_of("wangke")
    assert "试验花名册" in client.get("/data/catalogue/find/?q=花名册&grade=sensitive&owner=xm-dsj").content.decode()
    assert "试验花名册" not in client.get("/data/catalogue/find/?q=花名册&grade=public").content.decode()


@pytest.mark.parametrize("tab", ["columns", "preview", "charts", "quality", "lineage", "versions", "uses",
                                 "questions", "timeline"])
def test_every_tab_opens(entry, client_of, tab):
    assert client_of("shuguan").get(f"/data/catalogue/entry/{ADDRESS}/?tab={tab}").status_code == 200


def test_a_preview_is_masked_counted_and_audited(entry, client_of):
    from ludao.base.models import AuditLine

    """The owner's officer sees plainly only what a purpose is named for."""
    client, url = client_of("wangke"), f"/data/catalogue/entry/{ADDRESS}/?tab=preview&show=1"
    masked = client.get(url).content.decode()
    assert "李*" in masked and "李雷" not in masked
    assert "李雷" in client.get(f"{url}&purpose=核对").content.decode()
    assert AuditLine.objects.filter(address="data.catalogue.preview", thing_id=ADDRESS, purpose="核对").exists()
    assert catalogue.Use.objects.filter(address=ADDRESS, purpose="核对").exists()


def test_the_desk_answers_keeps_and_exports(entry, client_of):
    client, sql = client_of("wangke"), f"select number, name from {ADDRESS} order by number"
    page = client.post("/data/catalogue/query/", {"sql": sql}).content.decode()
    assert "李*" in page and "李雷" not in page
    file = client.post("/data/catalogue/query/", {"sql": sql, "export": "csv"})
    assert "李*" in b"".join(file.streaming_content).decode() if file.streaming else file.content.decode()


def test_the_same_through_the_api(entry, client_of):
    answer = client_of("wangke").post("/api/v1/actions/data.catalogue.query", json.dumps(
        {"sql": f"select count(*) as n from {ADDRESS}"}), content_type="application/json")
    assert answer.status_code in (200, 403)
    if answer.status_code == 200:
        assert answer.json()["result"]["rows"] == [[2]]


def test_who_may_see_nothing_learns_nothing(entry, actor_of):
    secret = "source.test.secret"
    catalogue.register({"address": secret, "title": {"zh": "密", "en": "S"}, "owner": "xm-gaj",
                        "columns": {"name": {"zh": "名", "grade": "sensitive"}}})
    with pytest.raises(Problem, match=secret):
        run(actor_of("chenqu"), f"select name from {secret}")


def test_a_mistake_is_told_by_line():
    told = located(Problem("第20个字符处：读不懂", position=19), "select number\nfrom x whree y")
    assert "第2行第6列" in str(told) and told.more["line"] == 2


@pytest.mark.parametrize("page", ["quality/", "query/", "entry/", "remark/"])
def test_its_other_pages_open(entry, client_of, page):
    assert client_of("shuguan").get(f"/data/catalogue/{page}").status_code == 200


def test_dcat_lists_every_entry(entry, client_of):
    made = json.loads(client_of("wangke").get("/data/catalogue/dcat.jsonld").content)
    assert ADDRESS in [d["dct:identifier"] for d in made["dcat:dataset"]]


def test_charts_stay_within_their_frame():
    drawn = bars([[0, 1, 3], [1, 2, 0], [2, 3, 6]], 240, 64)
    assert max(b.y + b.height for b in drawn) <= 64 and drawn[2].height == 64 and drawn[1].height == 0
    line = trend({"a": ("A", [("1", 50.0), ("2", None), ("3", 100.0)])}, 100, 100).lines[0]
    assert line.points == "0.0,50.0 100.0,0.0"
    made = graph([Node("a", "a", -1, ""), Node("b", "b", 0, "")], [("a", "", "b", "")])
    assert len(made["paths"]) == 1 and all(n.y + n.height <= made["height"] for n in made["nodes"])


def test_the_total_stands_on_the_desk(entry, client_of):
    assert "全市有效数据" in client_of("wangke").get("/desk/").content.decode()
