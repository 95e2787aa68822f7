"""The bell, a notice's page, the way to one's preferences, and what each template says."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import registry
from ludao.base.text import from_pair, t
from ludao.blocks.notice import channels, wording
from ludao.blocks.notice.actions import mark_read
from ludao.blocks.notice.channels import wechat
from ludao.blocks.notice.models import CHANNELS, Binding, Notice, Preference
from ludao.blocks.notice.telling import unread

NEWEST = "/notice/notice/"


def bell(request: HttpRequest) -> dict[str, Any] | None:
    """For the shell: how many wait; no bell for a stranger."""
    if not request.actor.person:
        return None
    return {"count": unread(int(request.actor.person)), "url": NEWEST}


def bell_page(request: HttpRequest) -> HttpResponse:
    """The bell alone, asked again when a notice came; whoever opens it as a page is led to the notices."""
    if not request.headers.get("HX-Request"):
        return redirect(NEWEST)
    return render(request, "ludao/_bell.html", {"notices": bell(request)})


def shown(request: HttpRequest, notice: Notice) -> dict[str, Any]:
    """Looking at one's own notice is reading it."""
    if notice.state == Notice.UNREAD and str(notice.person_id) == request.actor.person:
        mark_read(request.actor, notices=[notice])
    return {"notice": notice, "sendings": notice.sendings.order_by("pk")}


def preferences(request: HttpRequest) -> HttpResponse:
    """To the form, with what holds now."""
    mine = Preference.objects.filter(person=int(request.actor.person)).first() or Preference()
    held = {name: "1" for name in ("mail", "sms", "wechat") if getattr(mine, name)}
    hours = {name: f"{getattr(mine, name):%H:%M}" for name in ("quiet_from", "quiet_until") if getattr(mine, name)}
    return redirect(f"/notice/do/set_preferences/?{urlencode(held | hours | {'digest': mine.digest})}")


def channels_page(request: HttpRequest) -> HttpResponse:
    """Which channels reach me, and what is to be done for those that do not."""
    mine = Preference.objects.filter(person=int(request.actor.person)).first() or Preference()
    rows = [{"name": name, "title": title, "is_on": channels.EVERY[name].is_on(),
             "has_address": bool(channels.EVERY[name].address_of(request.user)),  # type: ignore[arg-type]
             "is_wanted": getattr(mine, name)} for name, title in CHANNELS]
    return render(request, "notice/channels.html", {
        "title": t("我的收取渠道", "How I am told"), "rows": rows, "preference": mine,
        "word": wechat.word_for(int(request.actor.person)) if wechat.is_on() else "",
        "binding": Binding.objects.filter(person=int(request.actor.person)).first()})


def templates(request: HttpRequest) -> HttpResponse:
    """Every template of the house, by the folder it belongs to."""
    titles = dict(CHANNELS)
    rows = [{"wording": one, "owner": from_pair(registry.owner_of(one.key).title),
             "channels": [titles[name] for name in one.channels]} for one in sorted(
                 wording.every().values(), key=lambda one: one.key)]
    return render(request, "notice/wordings.html", {"title": t("消息模板", "Templates"), "rows": rows})
