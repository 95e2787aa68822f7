"""Charts over the demonstration city: areas by post, boards by organisation, links that end, the morning brief."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.blocks.chart import boards, briefing
from ludao.blocks.chart.actions import compose, describe_board, follow, publish_board, restore_version, revoke, share
from ludao.blocks.chart.drawing import draw
from ludao.blocks.chart.engine.asking import kept_of
from ludao.blocks.chart.models import Board, Brief, Chart, Share, Version
from ludao.blocks.identity.public import Organisation, Post, actor_for

Notice: Any = apps.get_model("notice", "Notice")
pytestmark = pytest.mark.usefixtures("city")
SYSTEM = Actor.system("test")


def by_district(actor: Actor, **more: Any) -> dict[str, float | None]:
    figure = draw(Chart.objects.get(pk="chart.by_district").spec, actor, **more)
    return dict(zip(figure.categories, figure.series[0].values, strict=True))


def test_the_city_adds_up_from_its_districts_and_streets() -> None:
    city = by_district(SYSTEM)
    streets = by_district(SYSTEM, area="350203")
    assert "思明区" in city and sum(v or 0 for v in streets.values()) == city["思明区"]


def test_whoever_is_posted_to_a_district_sees_the_district(actor_of: Callable[[str], Actor]) -> None:
    mine = by_district(actor_of("chenqu"))
    assert mine == by_district(SYSTEM, area="350203")
    assert by_district(actor_of("chenqu"), area="350206") == mine


def test_a_board_is_drawn_for_those_it_is_meant_for(actor_of: Callable[[str], Actor],
                                                   client_of: Callable[[str], Client]) -> None:
    board = Board.objects.get(key="first")
    assert client_of("linju").get(board.shown_at).status_code == 200
    describe_board(SYSTEM, board=board, title_zh="企业", title_en="Firms",
                   readers=[Organisation.objects.get(pk="xm-gaj")])
    assert client_of("chenqu").get(board.shown_at).status_code == 404
    assert not boards.is_seen(actor_of("chenqu"), board)


def test_a_board_keeps_its_versions() -> None:
    board = Board.objects.get(key="first")
    with pytest.raises(Conflict):
        publish_board(SYSTEM, board=board)
    compose(SYSTEM, board=board, tiles=["chart.by_district 1 industry", "overview.chart.trade 2"])
    publish_board(SYSTEM, board=board)
    board.refresh_from_db()
    assert [tile["width"] for tile in board.published.tiles] == [1, 2]
    first = board.versions.get(number=1)
    assert first.state == Version.REPLACED
    assert restore_version(SYSTEM, version=first).tiles == first.tiles
    for bad in ("no.such_chart 1", "chart.by_district 7"):
        with pytest.raises(Problem):
            compose(SYSTEM, board=board, tiles=[bad])


def test_a_shared_link_opens_for_anybody_until_it_ends(client_of: Callable[[str], Client]) -> None:
    share = Share.objects.select_related("chart").all()[0]
    stranger = client_of("")
    assert stranger.get(share.link).status_code == 200
    share.refresh_from_db()
    assert share.opened == 1
    assert stranger.get("/chart/shared/abc/").status_code == 404
    Share.objects.filter(pk=share.pk).update(until=clock.today() - timedelta(days=1))
    assert stranger.get(share.link).status_code == 404
    Share.objects.filter(pk=share.pk).update(until=clock.today())
    share.refresh_from_db()
    revoke(SYSTEM, share=share)
    assert stranger.get(share.link).status_code == 404


def test_the_brief_comes_once_a_day() -> None:
    brief = Brief.objects.select_related("board__published", "person")[0]
    assert briefing.send(brief)
    told = Notice.objects.filter(key="chart.brief").order_by("-pk")[0]
    assert "各区存续企业" in told.text
    briefing.send(brief)
    assert Notice.objects.filter(key="chart.brief").count() == 1


def test_a_chart_goes_as_a_file_with_its_date_and_source(client_of: Callable[[str], Client]) -> None:
    answer = client_of("linju").get("/chart/see/chart.by_district/?as=csv")
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    assert "思明区" in text and "市场监督管理局" in text


def test_the_page_brings_a_picture_before_any_script(client_of: Callable[[str], Client]) -> None:
    page = client_of("linju").get("/chart/see/chart.by_district/").content.decode()
    picture = page[page.index('<svg class="sketch"') : page.index("</svg>", page.index('<svg class="sketch"'))]
    figure = draw(Chart.objects.get(pk="chart.by_district").spec, SYSTEM)
    assert picture.count("<rect") == len(figure.categories) and "思明区" in picture and "style=" not in picture


def test_a_chart_is_kept_to_words_and_the_share_of_it_too(client_of: Callable[[str], Client]) -> None:
    chart = Chart.objects.get(pk="overview.chart.firms")
    kept = kept_of({"f.kind": "个体工商户"})
    part, whole = (sum(v or 0 for v in draw(chart.spec, SYSTEM, kept=k).series[0].values) for k in (kept, kept_of({})))
    assert 0 < part < whole
    made = share(_leader(), chart=chart, reason="晨会", kept="f.kind=个体工商户&since=2000-01-01")
    assert made.view == {"since": "2000-01-01", "f.kind": "个体工商户"}
    assert "个体工商户" in client_of("").get(made.link).content.decode()


def _leader() -> Actor:
    post = Post.objects.current().filter(person__username="linju")[0]
    return actor_for(str(post.person_id), str(post.pk))


def test_a_board_is_kept_to_a_time_and_a_kind(client_of: Callable[[str], Client]) -> None:
    page = client_of("linju").get("/chart/show/economy/?area=350203&since=2024-01-01").content.decode()
    assert "思明区 · 2024-01-01" in page and "此图不分所选的时间或类别" in page
    assert 'name="f.industry"' in page and "state-" in page  # a light stands beside what an indicator judges


def test_single_charts_and_indicators_are_told_in_one_notice(actor_of: Callable[[str], Actor]) -> None:
    leader = actor_of("linju")
    follow(leader, kind="chart", address="overview.chart.firms")
    follow(leader, kind="indicator", address="enterprise.active")
    with pytest.raises(Problem):
        follow(leader, kind="indicator", address="no.such")
    mine = list(Brief.objects.filter(person_id=int(leader.person), board=None).select_related("person").order_by("pk"))
    assert briefing.send_singles(mine)
    told = Notice.objects.filter(person_id=int(leader.person), key="chart.brief").order_by("-pk")[0].text
    assert "存续市场主体的区域分布：" in told and "存续市场主体：" in told
