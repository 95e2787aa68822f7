"""The verbs of charts: declare and end one, compose and publish a board, keep, subscribe, share."""

from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Organisation

from . import boards, judging
from .drawing import draw as draw_figure
from .drawing import within
from .engine import spec as specs
from .engine.asking import asked_of, kept_of
from .models import Board, Brief, Chart, Favourite, Share, Version

Address = Annotated[str, Field(title=t("地址", "Address"), pattern=r"^[a-z_]+(\.[a-z0-9_]+){1,3}$", max_length=120,
                               description=t("如 overview.chart.new_firms", "e.g. overview.chart.new_firms"))]
Text = Annotated[str, Field(title=t("定义（TOML）", "Declaration (TOML)"), min_length=10, max_length=20000),
                 Kind("text")]
Key = Annotated[str, Field(title=t("编码", "Key"), pattern=r"^[a-z0-9-]+$", max_length=60)]
TitleZh = Annotated[str, Field(title=t("名称", "Title"), min_length=1, max_length=120)]
TitleEn = Annotated[str, Field(title=t("英文名称", "Title in English"), min_length=1, max_length=200)]
Lead = Annotated[str, Field(title=t("说明", "Lead"), max_length=300)]
EVERYBODY: list[Organisation] = []
Readers = Annotated[list[Organisation], Field(title=t("可见单位（含下级；不选为全部）",
                                                      "Seen by (with all below; none chosen is everybody)"))]
Tiles = Annotated[list[str], Field(title=t("内容：每行一张图的地址、宽度（1至3）、按什么看",
                                           "Tiles, a line each: a chart's address, its width (1 to 3), by what"))]
MOST_DAYS = 90
MOST_TILES = 40


@action("chart.draw", title=t("定义图表", "Declare a chart"), says=("chart.drawn",), icon="chart-bar")
def draw(actor: Actor, address: Address, text: Text) -> Chart:
    """The declaration is tried on the data before it is kept; one that is shipped may come before its data."""
    spec = specs.read(text)
    if not actor.is_system or catalogue.Entry.objects.filter(pk=spec.data).exists():
        draw_figure(spec, Actor.system("chart"))
    words = " ".join([spec.title.zh, spec.title.en, spec.data, *(m.zh for m in spec.measures)]).lower()
    made, _ = Chart.objects.update_or_create(address=address, defaults={
        "title_zh": spec.title.zh, "title_en": spec.title.en, "domain": spec.domain, "data": spec.data, "text": text,
        "found_by": words, "is_shipped": actor.is_system, "changed_at": clock.now(),
        "changed_by": actor.name, "ended_at": None})
    say("chart.drawn", {"chart": address, "data": spec.data})
    return made


@action("chart.end", title=t("停用", "End"), icon="x", when=lambda chart: chart.ended_at is None,
        confirm=t("停用后，看板上不再显示它。", "Boards no longer show it."))
def end(actor: Actor, chart: Chart) -> Chart:
    chart.ended_at = clock.now()
    chart.save(update_fields=["ended_at"])
    return chart


@action("chart.open_board", title=t("新建看板", "New board"), icon="plus")
def open_board(actor: Actor, key: Key, title_zh: TitleZh, title_en: TitleEn, lead: Lead = "",
               readers: Readers = EVERYBODY) -> Board:
    if Board.objects.filter(key=key).exists():
        raise Problem(t(f"编码 {key} 已被使用", f"The key {key} is taken"), field="key")
    owner = actor.organisation or Organisation.objects.filter(parent=None).values_list("pk", flat=True)[0]
    board = Board.objects.create(key=key, title_zh=title_zh, title_en=title_en, lead=lead, owner_id=owner)
    board.readers.set(readers)
    Version.objects.create(board=board, number=1, by=actor.name)
    return board


@action("chart.describe_board", title=t("修改看板说明", "Describe the board"), icon="edit")
def describe_board(actor: Actor, board: Board, title_zh: TitleZh, title_en: TitleEn, lead: Lead = "",
                   readers: Readers = EVERYBODY) -> Board:
    board.title_zh, board.title_en, board.lead = title_zh, title_en, lead
    board.save(update_fields=["title_zh", "title_en", "lead"])
    board.readers.set(readers)
    return board


@action("chart.compose", title=t("编排看板", "Compose the board"), icon="layout-dashboard")
def compose(actor: Actor, board: Board, tiles: Tiles) -> Version:
    """Kept as the board's draft; nobody else sees it until it is published."""
    if len(tiles) > MOST_TILES:
        raise Problem(t(f"一块看板最多 {MOST_TILES} 张图", f"A board holds {MOST_TILES} charts at most"), field="tiles")
    placed = [boards.placed(line) for line in tiles]
    named = {tile["chart"] for tile in placed}
    known = set(Chart.objects.filter(pk__in=named, ended_at=None).values_list("pk", flat=True))
    known |= {one for one in named if boards.code_of(one) in judging.titles()}
    if unknown := sorted(named - known):
        raise Problem(t(f"没有图表 {unknown[0]}", f"There is no chart {unknown[0]}"), field="tiles")
    version = boards.draft(board, actor.name)
    version.tiles = placed
    version.by, version.at = actor.name, clock.now()
    version.save(update_fields=["tiles", "by", "at"])
    return version


@action("chart.publish_board", title=t("发布看板", "Publish the board"), says=("chart.board_published",), icon="send",
        confirm=t("发布后，可见单位的人员立即看到新的看板。", "Everybody who may see the board sees it at once."))
def publish_board(actor: Actor, board: Board) -> Board:
    version = board.versions.select_for_update().filter(state=Version.DRAFT).first()
    if version is None or not version.tiles:
        raise Conflict(t("没有可以发布的草稿：请先编排", "There is no draft to publish: compose it first"))
    board.versions.filter(state=Version.PUBLISHED).update(state=Version.REPLACED)
    version.state, version.at, version.by = Version.PUBLISHED, clock.now(), actor.name
    version.save(update_fields=["state", "at", "by"])
    board.published = version
    board.save(update_fields=["published"])
    say("chart.board_published", {"board": board.key, "version": version.number})
    return board


@action("chart.restore_version", title=t("恢复为草稿", "Restore as draft"), icon="restore",
        when=lambda version: version.state != Version.DRAFT)
def restore_version(actor: Actor, version: Version) -> Version:
    board: Board = version.board
    draft = boards.draft(board, actor.name)
    draft.tiles, draft.by, draft.at = version.tiles, actor.name, clock.now()
    draft.save(update_fields=["tiles", "by", "at"])
    return draft


@action("chart.keep", title=t("收藏", "Keep at hand"), icon="star")
def keep(actor: Actor, kind: Annotated[str, Field(pattern="^(chart|board|indicator)$", title=t("种类", "Kind"))],
         address: Annotated[str, Field(title=t("地址", "Address"), max_length=120)]) -> Favourite:
    made, _ = Favourite.objects.get_or_create(person_id=int(actor.person), kind=kind, address=address)
    return made


@action("chart.unkeep", title=t("取消收藏", "Keep no longer"), icon="star-off")
def unkeep(actor: Actor, favourite: Favourite) -> None:
    favourite.delete()


@action("chart.subscribe", title=t("订阅早报", "Morning brief"), icon="bell")
def subscribe(actor: Actor, board: Board) -> Brief:
    if not boards.is_seen(actor, board):
        raise Problem(t("没有这个看板", "There is no such board"), field="board")
    return _brief(actor, "board", board.key, board)


def _brief(actor: Actor, kind: str, address: str, board: Board | None = None) -> Brief:
    """Under the hat that asked for it last."""
    made, _ = Brief.objects.update_or_create(
        person_id=int(actor.person), kind=kind, address=address,
        defaults={"board": board, "post": int(actor.post) if actor.post else None})
    return made


@action("chart.follow", title=t("订阅这一张", "Send me this one"), icon="bell",
        lead=t("每个工作日早上，与您订阅的其他图表和指标一起发送。",
               "Sent every working morning, together with the other charts and indicators you asked for."))
def follow(actor: Actor, kind: Annotated[str, Field(pattern="^(chart|indicator)$", title=t("种类", "Kind"))],
           address: Annotated[str, Field(title=t("地址", "Address"), max_length=120)]) -> Brief:
    is_there = (Chart.objects.filter(pk=address, ended_at=None).exists() if kind == "chart"
                else address in judging.titles())
    if not is_there:
        raise Problem(t(f"没有 {address}", f"There is no {address}"), field="address")
    return _brief(actor, kind, address)


@action("chart.unsubscribe", title=t("退订早报", "No more briefs"), icon="bell-off")
def unsubscribe(actor: Actor, brief: Brief) -> None:
    brief.delete()


@action("chart.share", title=t("分享", "Share"), icon="share",
        lead=t("持有链接的人可以看到这张汇总图表，直到所选日期。",
               "Whoever holds the link sees this chart until the day you choose."))
def share(
    actor: Actor, chart: Chart,
    reason: Annotated[str, Field(title=t("分享给谁、为什么", "For whom and why"), min_length=2, max_length=200)],
    until: Annotated[date | None, Field(title=t("有效期至（空为7天）", "Until (empty: 7 days)"))] = None,
    by: Annotated[str, Field(title=t("按什么看", "Looked at by"), max_length=60)] = "",
    area: Annotated[str, Field(title=t("区域", "Area"), pattern=r"^\d{0,12}$")] = "",
    kept: Annotated[str, Field(
        title=t("筛选", "Kept to"), max_length=600,
        description=t("如 since=2024-01-01&f.kind=食品", "e.g. since=2024-01-01&f.kind=food"))] = "",
) -> Share:
    day = until or clock.today() + timedelta(days=7)
    if not clock.today() <= day <= clock.today() + timedelta(days=MOST_DAYS):
        raise Problem(t(f"有效期请选今天起{MOST_DAYS}天内", f"Choose a day within {MOST_DAYS} days"), field="until")
    view: dict[str, Any] = {**asked_of(kept_of(dict(parse_qsl(kept)))), **({"by": by} if by else {})}
    draw_figure(chart.spec, actor, by=by, area=area, kept=kept_of(view))
    return Share.objects.create(person_id=int(actor.person), chart=chart, view=view, area=within(actor, area),
                                reason=reason, until=day)


@action("chart.revoke", title=t("收回", "Take back"), icon="x", when=lambda share: share.is_open,
        confirm=t("收回后链接立即失效。", "The link stops working at once."))
def revoke(actor: Actor, share: Share) -> Share:
    share.revoked_at = clock.now()
    share.save(update_fields=["revoked_at"])
    return share
