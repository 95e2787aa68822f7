"""A board and what the leader keeps of it; the charts themselves come with the counters that ship them."""

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Person, Post, actor_for

from . import keeping
from .actions import compose, keep, open_board, publish_board, share, subscribe
from .actions import draw as draw_chart
from .models import Board, Chart, Favourite, Share

FIRST = """domain = "economy"
kind = "bar"
data = "source.market.enterprise"
where = "status = '存续'"
area = "area_code"
by = "district"
order = "value"
title = { zh = "各区存续企业", en = "Enterprises by district" }

[dimensions.district]
sql = "area_code"
kind = "area"
zh = "区域"
en = "Area"

[dimensions.industry]
sql = "industry"
zh = "行业"
en = "Industry"

[[measures]]
sql = "count(*)"
zh = "户数"
en = "Enterprises"
unit = { zh = "户", en = "" }"""


def load(actor: Actor, scale: float) -> None:
    keeping.ship(actor)


def finish(actor: Actor, scale: float) -> None:
    """Idempotent: what is there stays."""
    if not Chart.objects.filter(pk="chart.by_district").exists():
        draw_chart(actor, address="chart.by_district", text=FIRST)
    if not Board.objects.filter(key="first").exists():
        board = open_board(actor, key="first", title_zh="企业分布", title_en="Enterprises", lead="存续企业在各区的分布")
        compose(actor, board=board, tiles=["chart.by_district 3"])
        publish_board(actor, board=board)
    leader = _leader()
    board = Board.objects.get(key="first")
    if not Favourite.objects.filter(person=leader.person).exists():
        keep(leader, kind="chart", address="chart.by_district")
        subscribe(leader, board=board)
    if not Share.objects.exists():
        share(leader, chart=Chart.objects.get(pk="chart.by_district"), reason="给企业家座谈会")


def _leader() -> Actor:
    person = Person.objects.get(username="linju")
    post = Post.objects.current().filter(person=person).order_by("pk")[0]
    found = actor_for(str(person.pk), str(post.pk))
    assert found is not None
    return found
