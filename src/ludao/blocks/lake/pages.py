"""The pages of the lake."""

from ludao.base.pages import Column, Detail, Form, List, Page
from ludao.base.text import t
from ludao.blocks.lake.models import Flow
from ludao.blocks.lake.views import every_table, one_table

pages = [
    Page("", every_table, title=t("湖中的表", "Tables of the lake"), icon="database",
         words=("数据湖", "版本", "时间旅行")),
    Page("table/", one_table, title=t("表", "Table"), in_nav=False),
    List(
        Flow, title=t("数据流入", "Flows"), icon="transfer-in",
        columns=("address", "fresh", "flowed_at", "rows", "changed", "is_whole", Column("seconds"), "error"),
        hidden=("is_whole",), filters=("fresh",), sort=("flowed_at",), order="address", actions=("flow",),
        empty=t("还没有数据集流入。按承诺的周期自动流入，也可点“更新副本”。",
                "No dataset has been copied yet. It happens on schedule, or press “Bring the copy up”."),
    ),
    Detail(Flow, fields=("address", "fresh", "flowed_at", "mark", "rows", "changed", "is_whole", "seconds", "error")),
    Form("flow", in_nav=False),
    Form("undo", in_nav=False),
    Form("compact", in_nav=False),
]
