"""The pages of the model: the city in three dimensions, the buildings, the import."""

from ludao.base.pages import Column, Detail, Form, List, Page
from ludao.base.text import t

from . import views
from .models import Building

pages = [
    Page("", views.city, t("三维城市", "The city in 3D"), icon="buildings", words=("三维", "白模")),
    List(
        Building,
        title=t("建筑", "Buildings"),
        icon="building",
        columns=("name", "code", "area_id", "floors", "height_m", "origin", "changed_at"),
        filters=("origin",),
        search=("name",),
        sort=("height_m",),
        order="code",
        actions=("import_city", "raise_blocks"),
        bulk=("remove",),
        empty=t(
            "还没有建筑。导入城市模型，或由地址生成体块。",
            "No buildings yet. Import a city model, or raise blocks from addresses.",
        ),
    ),
    Detail(
        Building,
        fields=(
            "name",
            "code",
            Column("area", t("社区", "Community")),
            "address_code",
            "floors",
            "height_m",
            "origin",
            "changed_at",
            Column("attributes", kind="code"),
        ),
        actions=("remove",),
        template="infrastructure_cim/building.html",
        context=views.facts,
    ),
    Form("import_city", icon="upload", in_nav=False),
]
