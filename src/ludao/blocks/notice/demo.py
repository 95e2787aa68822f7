"""What the cast was told: a welcome each, an announcement, a sending that was parked for the operator to look at."""

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation, Person
from ludao.blocks.notice.models import SMS, Notice, Preference, Sending
from ludao.blocks.notice.public import send

CAST = ("lilei", "hanmeimei", "wangke", "chenqu", "linju", "shuguan", "yunwei", "shenji")


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the same at every scale."""
    for person in Person.objects.filter(username__in=CAST).order_by("pk"):
        send(actor, [person], key="notice.welcome", data={"name": person.name}, about="/notice/channels/",
             once="welcome")
        Preference.objects.get_or_create(person=person)
    office = Organisation.objects.get(pk="xm-dsj")
    send(actor, [office], key="notice.announcement", once="demo", about="/data/catalogue/", data={
        "title": "目录核对周", "text": "请各处室于本周五前核对所管数据目录的名称、分级和更新承诺。"})
    told = Notice.objects.get(person__username="lilei", key="notice.welcome")
    Sending.objects.get_or_create(notice=told, channel=SMS, defaults={
        "key": told.key, "state": Sending.PARKED, "tries": 5, "error": "ConnectError: 演示：短信网关没有回应"})
