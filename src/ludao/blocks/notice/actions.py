"""What people do with notices: read them, choose how to be told, announce; an operator sends parked ones again."""

from datetime import time
from typing import Annotated, Literal

from django.db.models import QuerySet
from pydantic import Field

from ludao.base import clock, live
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation, Person
from ludao.blocks.notice import sending, telling
from ludao.blocks.notice.models import Binding, Notice, Preference, Sending

Hour = Annotated[str, Field(title=t("免打扰起", "Quiet from"), pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^$",
                            description=t("如 22:00；紧急消息不受限制", "Such as 22:00; urgent notices come anyway"))]
Until = Annotated[str, Field(title=t("免打扰止", "Quiet until"), pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^$",
                             description=t("如 07:30", "Such as 07:30"))]


def is_parked(row: Sending) -> bool:
    return row.state == Sending.PARKED


@action("notice.mark_read", title=t("标为已读", "Mark as read"), icon="check")
def mark_read(actor: Actor, notices: list[Notice]) -> None:
    _mark(Notice.objects.filter(pk__in=[n.pk for n in notices]), {str(n.person_id) for n in notices})


@action("notice.mark_all_read", title=t("全部标为已读", "Mark all as read"), icon="checks")
def mark_all_read(actor: Actor) -> None:
    _mark(Notice.objects.filter(person=_me(actor)), {actor.person})


def _mark(rows: "QuerySet[Notice]", people: set[str]) -> None:
    rows.filter(state=Notice.UNREAD).update(state=Notice.READ, read_at=clock.now())
    live.tell("notice.read", sorted(people))


@action("notice.set_preferences", title=t("消息偏好", "Preferences"), icon="settings",
        lead=t("页面上的消息总会收到；这里选择还用哪些渠道。", "Notices in these pages always come; choose what else."))
def set_preferences(
    actor: Actor,
    mail: Annotated[bool, Field(title=t("邮件", "Mail"))] = False,
    sms: Annotated[bool, Field(title=t("短信", "Text messages"))] = False,
    wechat: Annotated[bool, Field(title=t("微信", "WeChat"))] = False,
    digest: Annotated[Literal["none", "daily"], Field(title=t("邮件汇总", "Digest of mails")), Choices({
        "none": t("逐条发送", "One by one"), "daily": t("每天 8:00 一封", "One a day, at 8:00")})] = "none",
    quiet_from: Hour = "", quiet_until: Until = "",
) -> Preference:
    if bool(quiet_from) != bool(quiet_until):
        raise Problem(t("免打扰的起止时间要一起填写", "Give both ends of the quiet hours"),
                      field="quiet_until" if quiet_from else "quiet_from")
    made, _ = Preference.objects.update_or_create(person=_me(actor), defaults={
        "mail": mail, "sms": sms, "wechat": wechat, "digest": digest,
        "quiet_from": time.fromisoformat(quiet_from) if quiet_from else None,
        "quiet_until": time.fromisoformat(quiet_until) if quiet_until else None})
    return made


@action("notice.try_out", title=t("试发一条", "Send me a trial"), icon="send",
        lead=t("给自己发一条，看各渠道能否收到。", "Send yourself one, to see which channels bring it."))
def try_out(actor: Actor) -> None:
    telling.send(actor, [_me(actor)], key="notice.trial", data={"at": f"{clock.now():%Y-%m-%d %H:%M}"},
                 about="/notice/notice/")


@action("notice.unbind_wechat", title=t("解除微信绑定", "Unbind WeChat"), icon="x")
def unbind_wechat(actor: Actor) -> None:
    Binding.objects.filter(person=_me(actor)).delete()


@action("notice.announce", title=t("发布公告", "Announce"), icon="news",
        confirm=t("发出后不能收回。", "It cannot be called back."),
        lead=t("发给所选机构及其下属机构的全体在岗人员。",
               "To everybody who holds a post in these bodies or under them."))
def announce(
    actor: Actor,
    organisations: Annotated[list[Organisation], Field(title=t("机构", "Organisations"))],
    title: Annotated[str, Field(title=t("标题", "Title"), min_length=2, max_length=200)],
    text: Annotated[str, Field(title=t("内容", "Text"), min_length=2, max_length=4000), Kind("text")],
    urgent: Annotated[bool, Field(title=t("紧急（加发短信，不受免打扰限制）",
                                          "Urgent (by text message too, also in quiet hours)"))] = False,
) -> None:
    telling.send(actor, organisations, key="notice.urgent_announcement" if urgent else "notice.announcement",
                 data={"title": title, "text": text})


@action("notice.replay", title=t("重发", "Send again"), icon="refresh", when=is_parked)
def replay(actor: Actor, sendings: list[Sending]) -> None:
    """Parked ones from the first try, once their cause is mended."""
    for row in sendings:
        row.state, row.tries, row.due_at = Sending.WAITING, 0, clock.now()
        row.save(update_fields=["state", "tries", "due_at"])
    sending.enqueue(sendings)


@action("notice.discard", title=t("弃置", "Discard"), icon="trash", when=is_parked,
        confirm=t("弃置后不再发送；本人在页面上仍能看到消息。",
                  "It is not sent again; the person still finds the notice in the pages."))
def discard(actor: Actor, sendings: list[Sending],
            reason: Annotated[str, Field(title=t("理由", "Reason"), min_length=4, max_length=200)]) -> None:
    Sending.objects.filter(pk__in=[row.pk for row in sendings]).update(state=Sending.DISCARDED)


def _me(actor: Actor) -> Person:
    return Person.objects.get(pk=actor.person)
