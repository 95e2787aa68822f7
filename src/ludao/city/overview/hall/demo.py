"""The demonstration's exhibition: the city in six scenes."""

from ludao.base.actor import Actor

from .actions import add_scene, add_show, open_screen
from .models import Screen, Show

TITLE = "数字厦门一瞥"
SCENES = (
    (
        "城市运行",
        "The city's pulse",
        "/overview/map/cockpit/",
        45,
        "人口、市场主体、热线诉求，一屏看全城。每个数字都有日期和来源。",
        "People, enterprises and requests on one screen. Every figure has its date and source.",
    ),
    (
        "市场监管",
        "Market regulation",
        "/overview/map/theme/market/?wall=1",
        35,
        "虚构的市场主体，落在真实的街道名下。",
        "Invented enterprises, spread over the real streets.",
    ),
    (
        "社会治理",
        "Social governance",
        "/overview/map/theme/society/?wall=1",
        35,
        "群众在哪里、为什么拨打 12345。",
        "Where people call 12345, and why.",
    ),
    (
        "交通运输",
        "Transport",
        "/overview/map/theme/traffic/?wall=1",
        30,
        "从家到单位，一城的流向。",
        "From home to work: how the city flows.",
    ),
    (
        "公共信用",
        "Public credit",
        "/overview/map/theme/credit/?wall=1",
        30,
        "守信的在哪里，失信的在哪里。",
        "Where credit is good, and where it is not.",
    ),
)


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if not Show.objects.filter(title=TITLE).exists():
        show = add_show(actor, title=TITLE, title_en="A glance at digital Xiamen", note="演示展览 demonstration")
        for order, (title, title_en, wall, seconds, caption, caption_en) in enumerate(SCENES, 1):
            add_scene(
                actor,
                show=show,
                title=title,
                title_en=title_en,
                wall=wall,
                seconds=seconds,
                order=order,
                caption=caption,
                caption_en=caption_en,
            )
    if not Screen.objects.exists():
        open_screen(actor, show=Show.objects.get(title=TITLE))
