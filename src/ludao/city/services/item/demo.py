"""The demonstration city's catalogue: what comes with the house, one revised item, one file imported with a bad row."""

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation

from . import actions, shipping
from .models import Import

FILE = """事项编码,事项名称,事项类型,实施主体,服务对象,法定办结时限,承诺办结时限
DEMO-0001,演示：社区图书室借阅登记,公共服务,厦门市文化和旅游局,自然人,3,即办
DEMO-0002,演示：社区活动室预约,公共服务,厦门市文化和旅游局,自然人,3,1
DEMO-0003,演示：编码有误的一行,不存在的类型,厦门市文化和旅游局,自然人,3,1
"""


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the catalogue is the same at every scale."""
    shipping.ship()
    if not Import.objects.exists():
        actions.catalogue.import_items(
            actor,
            file=SimpleUploadedFile("demo-items.csv", FILE.encode()),
            organisation=Organisation.objects.get(pk="xm-zwzx"),
        )
