"""The pages of Xiamen in maps: the cockpit first, since the wall opens with it; the themes, their editions."""

from ludao.base.pages import Detail, List, Page
from ludao.base.text import t

from . import views
from .models import Edition

pages = [
    Page("", views.index, t("图看厦门", "Xiamen in maps"), icon="map-2", words=("专题图", "一张图")),
    Page(
        "cockpit/",
        views.cockpit,
        t("城市运行", "The city's pulse"),
        icon="building-skyscraper",
        is_screen=True,
        rank=0,
        words=("驾驶舱", "大屏", "领导"),
    ),
    List(
        Edition,
        title=t("专题版本", "Editions of themes"),
        icon="history",
        right="compose",
        columns=("title", "theme", "number", "is_current", "is_hidden", "by", "at"),
        filters=("theme", "is_current"),
        order="-pk",
        actions=("compose",),
        empty=t("还没有人编排过专题，都按出厂的样子显示。", "Nobody has composed a theme yet; all stand as shipped."),
    ),
    Detail(
        Edition,
        right="compose",
        fields=("title", "title_en", "theme", "number", "order", "layers", "is_hidden", "is_current", "by", "at"),
        actions=("restore",),
    ),
    Page("compose/<str:key>/", views.compose, t("编排专题", "Compose a theme"), "compose", in_nav=False),
    Page("preview/<str:key>/", views.preview, t("预览专题", "Preview a theme"), "compose", in_nav=False),
    Page("theme/<str:key>/", views.theme, t("专题", "Theme"), in_nav=False),
]
