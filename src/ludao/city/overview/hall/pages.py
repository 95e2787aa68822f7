"""The pages of the hall: exhibitions with their scenes, the remote control, the screen itself."""

from ludao.base.pages import Detail, List, Page, Related
from ludao.base.text import t

from . import views
from .models import Scene, Screen, Show

SCENES = ("order", "title", "wall", "seconds", "caption")

pages = [
    List(
        Show,
        title=t("展览", "Exhibitions"),
        icon="device-tv",
        columns=("title", "note", "changed_at"),
        order="-pk",
        actions=("add_show",),
        empty=t("还没有展览。点“新建展览”开始。", "No exhibitions yet. Begin with “New exhibition”."),
    ),
    Detail(
        Show,
        fields=("title", "title_en", "note", "changed_at"),
        actions=("open_screen", "add_scene", "change_show"),
        related=(Related("scenes", columns=SCENES, order="order", title=t("场景", "Scenes")),),
    ),
    List(
        Scene,
        title=t("场景", "Scenes"),
        icon="photo",
        columns=("show", *SCENES),
        filters=("show",),
        order="pk",
        bulk=("remove_scene",),
        related=("show",),
        empty=t("还没有场景。", "No scenes yet."),
    ),
    Detail(
        Scene,
        fields=("show", "order", "title", "title_en", "caption", "caption_en", "wall", "seconds"),
        actions=("change_scene", "remove_scene"),
    ),
    Detail(
        Screen,
        fields=("code", "show", "is_playing", "language", "opened_at"),
        template="overview_hall/opened.html",
        right="open_screen",
    ),
    Page("remote/", views.remote, t("遥控", "Remote control"), "steer", "device-remote", words=("手机遥控", "配对码")),
    Page("screen/<str:code>/wall/", views.screen, t("展厅大屏", "The hall's wall"), in_nav=False),
    Page("screen/<str:code>/state/", views.state, t("状态", "State"), in_nav=False),
]
