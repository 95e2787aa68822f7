"""What is done with vital signs: take in the yearbook's series, keep a report of the health check."""

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.document.public import Document, keep
from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import public as indicator
from ludao.blocks.lake import public as lake

from . import checkup, yearbook


@action("overview.vital.take_yearbook", title=t("导入统计年鉴序列", "Take in the yearbook's series"), icon="book")
def take_yearbook(actor: Actor) -> int:
    """What was loaded becomes indicators; gives the values."""
    if not lake.exists(yearbook.ADDRESS):
        raise Problem(
            t(
                "还没有装载年鉴文件：请运维人员运行 python -m ludao.city.overview.vital.yearbook 文件",
                "No file is loaded yet: the operator runs python -m ludao.city.overview.vital.yearbook FILE",
            )
        )
    version = lake.describe(yearbook.ADDRESS).version
    return indicator.take(yearbook.series(), yearbook.BY, {yearbook.ADDRESS: version})


@action(
    "overview.vital.issue",
    title=t("存档体检报告", "Keep the health report"),
    icon="archive",
    lead=t("把现在的体检报告存为文件，长期保管。", "Keeps the report as it is now as a document."),
)
def issue(actor: Actor, area: Area) -> Document:
    found = checkup.check(area)
    name = t(f"{area.name}城市体检报告", f"Health report of {area.name_en or area.name}")
    return keep(
        actor,
        checkup.pdf(found),
        f"checkup-{area.pk}-{found.day}.pdf",
        about=f"overview.vital:{area.pk}",
        title=f"{name} {found.day}",
        note="" if found.whole.score is None else f"{found.whole.score:.1f}",
        term="permanent",
        organisation="xm-dsj",
    )
