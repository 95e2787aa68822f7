"""The demonstration's catalogue: entered, profiled, asked about; a query kept."""

from dataclasses import replace

from ludao.base.actor import Actor
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Entry
from ludao.blocks.identity.public import Person

from . import actions
from .models import Query, Remark

ASKED = (
    ("source.police.resident", "area_code", "所属社区代码按2022年区划还是现行区划？", "按现行区划，变更当月同步更新。"),
    ("source.hotline.call", "topic", "诉求类别的代码表在哪里可以看到？", "与12345平台的分类一致，目录附件已补充。"),
    ("source.market.enterprise", "industry_code", "行业代码是到小类吗？", ""),
)
KEPT = ("各社区户籍人口", "select area_code, count(*) as people\nfrom source.police.resident\ngroup by area_code\n"
        "order by people desc\nlimit 20")


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    catalogue.sync()
    for entry in Entry.objects.filter(kind="source", records__gt=0, profiles=None).distinct():
        catalogue.profile.now(actor, about=entry.address, address=entry.address)
    for address, column, text, said in ASKED:
        _asked(actor, address, column, text, said)
    steward = Person.objects.filter(username="shuguan").first()
    if steward and not Query.objects.filter(person=str(steward.pk)).exists():
        actions.save_query(replace(actor, person=str(steward.pk)), title=KEPT[0], sql=KEPT[1])


def count(actor: Actor, scale: float) -> None:
    """Counted again when everything is there."""
    catalogue.sync()


def _asked(actor: Actor, address: str, column: str, text: str, said: str) -> None:
    entry = Entry.objects.filter(pk=address).first()
    if entry is None or Remark.objects.filter(entry=entry, text=text).exists():
        return
    column = column if entry.columns.filter(name=column).exists() else ""
    made = actions.ask(replace(actor, name="王科", organisation="xm-dsj"), entry=entry, text=text, column=column)
    if said:
        actions.answer(replace(actor, name=str(entry.owner)), remark=made, answer=said)
