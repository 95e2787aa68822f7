"""What is done in the hall: exhibitions and scenes kept, a screen opened, the running one steered from a phone."""

import secrets
from typing import Annotated, Literal

from django.urls import Resolver404, resolve
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t

from . import engine
from .models import Scene, Screen, Show

Title = Annotated[str, Field(title=t("标题", "Title"), min_length=1, max_length=80)]
English = Annotated[str, Field(title=t("英文标题", "Title in English"), min_length=1, max_length=160)]
Caption = Annotated[str, Field(title=t("解说", "Caption"), max_length=400), Kind("text")]
CaptionEn = Annotated[str, Field(title=t("英文解说", "Caption in English"), max_length=800), Kind("text")]
Wall = Annotated[
    str,
    Field(
        title=t("大屏地址", "The wall's address"),
        min_length=2,
        max_length=200,
        description=t(
            "如 /overview/map/cockpit/ 或 /overview/map/theme/market/?wall=1",
            "Such as /overview/map/cockpit/ or /overview/map/theme/market/?wall=1",
        ),
    ),
]
Seconds = Annotated[int, Field(title=t("停留秒数", "Seconds"), ge=5, le=3600)]
Order = Annotated[int, Field(title=t("次序", "Order"), ge=0, le=999)]
COMMANDS = {
    "next": t("下一个", "Next"),
    "previous": t("上一个", "Previous"),
    "pause": t("暂停", "Pause"),
    "play": t("播放", "Play"),
    "go": t("转到", "Go to"),
    "both": t("中英双语", "Both languages"),
    "zh": t("中文", "Chinese"),
    "en": t("英文", "English"),
}


@action("overview.hall.add_show", title=t("新建展览", "New exhibition"), icon="plus")
def add_show(
    actor: Actor,
    title: Title,
    title_en: English,
    note: Annotated[str, Field(title=t("说明", "Note"), max_length=300)] = "",
) -> Show:
    return Show.objects.create(title=title, title_en=title_en, note=note)


@action("overview.hall.change_show", title=t("修改展览", "Change the exhibition"), icon="edit")
def change_show(
    actor: Actor,
    show: Show,
    title: Title,
    title_en: English,
    note: Annotated[str, Field(title=t("说明", "Note"), max_length=300)] = "",
) -> Show:
    show.title, show.title_en, show.note, show.changed_at = title, title_en, note, clock.now()
    show.save()
    return show


@action("overview.hall.add_scene", title=t("添加场景", "Add a scene"), icon="plus")
def add_scene(
    actor: Actor,
    show: Show,
    title: Title,
    title_en: English,
    wall: Wall,
    seconds: Seconds = 40,
    order: Order = 0,
    caption: Caption = "",
    caption_en: CaptionEn = "",
) -> Scene:
    last = show.scenes.order_by("-order").values_list("order", flat=True).first() or 0
    return Scene.objects.create(
        show=show,
        title=title,
        title_en=title_en,
        wall=_wall(wall),
        seconds=seconds,
        order=order or last + 1,
        caption=caption,
        caption_en=caption_en,
    )


@action("overview.hall.change_scene", title=t("修改场景", "Change the scene"), icon="edit")
def change_scene(
    actor: Actor,
    scene: Scene,
    title: Title,
    title_en: English,
    wall: Wall,
    seconds: Seconds = 40,
    order: Order = 0,
    caption: Caption = "",
    caption_en: CaptionEn = "",
) -> Scene:
    scene.title, scene.title_en, scene.wall, scene.seconds = title, title_en, _wall(wall), seconds
    scene.caption, scene.caption_en, scene.order = caption, caption_en, order or scene.order
    scene.save()
    return scene


@action(
    "overview.hall.remove_scene",
    title=t("删除场景", "Remove scenes"),
    icon="trash",
    confirm=t("删除后不能恢复。", "They cannot be brought back."),
)
def remove_scene(actor: Actor, scenes: list[Scene]) -> None:
    Scene.objects.filter(pk__in=[scene.pk for scene in scenes]).delete()


def _wall(address: str) -> str:
    """A page of this house, and nothing else: it is fetched with the rights of whoever opened the screen."""
    path = address.split("?")[0]
    try:
        if not path.startswith("/") or path.startswith("//"):
            raise Resolver404
        resolve(path)
    except Resolver404 as error:
        raise Problem(
            t("没有这个页面：请填本系统内的地址", "There is no such page: give an address of this house"), field="wall"
        ) from error
    return address


@action(
    "overview.hall.open_screen",
    title=t("开屏", "Open a screen"),
    icon="device-tv",
    lead=t(
        "在大屏的浏览器里打开；屏上的配对码供手机遥控使用。",
        "Open it in the wall's browser; a phone steers it by the code it shows.",
    ),
)
def open_screen(actor: Actor, show: Show) -> Screen:
    if not show.scenes.exists():
        raise Problem(t("这个展览还没有场景", "This exhibition has no scenes yet"), field="show")
    while Screen.objects.filter(code=(code := f"{secrets.randbelow(10**6):06}")).exists():
        pass
    return Screen.objects.create(code=code, show=show, opened_by=actor.person or "system")


@action("overview.hall.steer", title=t("遥控", "Steer"), says=("overview.hall.steered",), icon="device-remote")
def steer(
    actor: Actor,
    code: Annotated[str, Field(title=t("配对码", "Pairing code"), min_length=6, max_length=6)],
    command: Annotated[
        Literal["next", "previous", "pause", "play", "go", "both", "zh", "en"],
        Field(title=t("命令", "Command")),
        Choices(COMMANDS),
    ] = "next",
    scene: Annotated[int, Field(title=t("场景序号", "Scene"), ge=0, le=999)] = 0,
) -> Screen:
    screen = Screen.objects.select_for_update().select_related("show").filter(code=code).first()
    if screen is None or not screen.is_open:
        raise Problem(
            t(
                "没有这块屏，或配对码已过期：看大屏右下角",
                "There is no such screen, or its code is over: see the wall's corner",
            ),
            field="code",
        )
    if command in ("both", "zh", "en"):
        screen.language = command
    else:
        seconds = list(screen.show.scenes.values_list("seconds", flat=True))
        since = (clock.now() - screen.anchored_at).total_seconds()
        now = engine.place(seconds, screen.anchor, since, screen.is_playing).scene
        screen.anchor, goes_on = engine.steered(len(seconds), now, command, scene)
        screen.is_playing = screen.is_playing if goes_on is None else goes_on
        screen.anchored_at = clock.now()
    screen.save()
    say("overview.hall.steered", {"code": code, "command": command})
    return screen
