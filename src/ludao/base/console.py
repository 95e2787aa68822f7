"""The operator's console: the audit log, events and what is parked; and every person's saved views."""

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from pydantic import Field

from ludao.base import actions, events
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.models import AuditLine, Delivery, Event, SavedView, Work
from ludao.base.pages import Column, Detail, List
from ludao.base.sealed import Broken, unseal
from ludao.base.templatetags.ludao import work_bar
from ludao.base.text import t
from ludao.base.work import enqueue

IRREVOCABLE = t("弃置后不再投递，只在审计中留痕。", "It will not be delivered again; only the audit log remembers it.")


def is_parked(delivery: Delivery) -> bool:
    return delivery.state == Delivery.PARKED


@action("base.replay", title=t("重放", "Replay"), icon="refresh", when=is_parked)
def replay(actor: Actor, deliveries: list[Delivery]) -> None:
    """Try parked deliveries again, from the first try, once their cause is mended."""
    for delivery in deliveries:
        delivery.state, delivery.tries = Delivery.WAITING, 0
        delivery.save(update_fields=["state", "tries"])
        events.enqueue(delivery)


@action("base.discard", title=t("弃置", "Discard"), icon="trash", when=is_parked, confirm=IRREVOCABLE)
def discard(
    actor: Actor, deliveries: list[Delivery],
    reason: Annotated[str, Field(title=t("理由", "Reason"), min_length=4, max_length=200)],
) -> None:
    """Give parked deliveries up, with a reason."""
    Delivery.objects.filter(pk__in=[d.pk for d in deliveries]).update(state=Delivery.DISCARDED)


@action("base.save_view", title=t("保存视图", "Save a view"))
def save_view(
    actor: Actor, page: Annotated[str, Field(title=t("页面", "Page"), max_length=120, pattern="^/")],
    title: Annotated[str, Field(title=t("名称", "Name"), min_length=1, max_length=60)],
    query: Annotated[str, Field(title=t("条件", "Conditions"), max_length=2000)] = "",
) -> SavedView:
    """Keep a list's conditions under a name; the same name is written over."""
    view, _ = SavedView.objects.update_or_create(
        person=actor.person, page=page, name=title, defaults={"query": query})
    return view


@action("base.drop_view", title=t("删除视图", "Remove a view"))
def drop_view(actor: Actor, view: SavedView) -> None:
    view.delete()


def may_cancel(work: Work) -> bool:
    return not work.is_over and not work.is_cancelled


def may_retry(work: Work) -> bool:
    return work.state in (Work.FAILED, Work.CANCELLED)


@action("base.cancel_work", title=t("取消作业", "Cancel the work"), icon="x", when=may_cancel,
        confirm=t("已完成的部分保留，未做的不再做。", "What is done stays; the rest is not done."))
def cancel_work(actor: Actor, work: Work) -> None:
    """It stops at the next place where it may."""
    work.is_cancelled = True
    work.save(update_fields=["is_cancelled"])


@action("base.retry_work", title=t("重做", "Run again"), icon="refresh", when=may_retry)
def retry_work(actor: Actor, work: Work) -> None:
    """Run it again from the beginning, with a fresh count of tries."""
    work.state, work.is_cancelled, work.tries, work.ended_at = Work.QUEUED, False, 0, None
    work.save(update_fields=["state", "is_cancelled", "tries", "ended_at"])
    enqueue(work)


def work_bar_page(request: HttpRequest, sealed: str) -> HttpResponse:
    """The bar alone, asked again each second. The page that showed it vouched for the reader by sealing its address."""
    try:
        pk = unseal(sealed, "work")
    except Broken:
        raise Http404 from None
    shown = work_bar(get_object_or_404(Work, pk=pk))
    return render(request, "ludao/_work.html", {**shown, "was_watched": True})


@require_POST
def save_view_page(request: HttpRequest) -> HttpResponse:
    page = request.GET.get("page", "/")
    view = actions.get("base.save_view").call(request.actor, {
        "page": page, "title": request.POST.get("title", ""), "query": request.POST.get("query", "")})
    return redirect(f"{_safe(page)}?{view.query}")


@require_POST
def drop_view_page(request: HttpRequest, pk: int) -> HttpResponse:
    saved = SavedView.objects.filter(pk=pk, person=request.actor.person).first()
    actions.get("base.drop_view").call(request.actor, {"view": pk})
    return redirect(_safe(saved.page if saved else "/"))


def _safe(page: str) -> str:
    return page if page.startswith("/") and url_has_allowed_host_and_scheme(page, None) else "/"


pages = [
    List(
        Work, title=t("作业", "Work"), right="read_work", icon="progress",
        columns=(Column("what", t("作业", "Work")), "about", "state", "done", "total", "note", "name", "asked_at",
                 "ended_at"),
        filters=("state", "address", "about", "asked_at"), sort=("asked_at",), order="-pk",
        bulk=("cancel_work", "retry_work"), hidden=("note",),
        empty=t("还没有作业。", "There is no work yet."),
    ),
    Detail(Work, right="read_work", actions=("cancel_work", "retry_work"),
           fields=(Column("what", t("作业", "Work")), "about", "state", "done", "total", "note", "name", "asked_at",
                   "begun_at", "ended_at", "tries", "result", Column("error", kind="lines"))),
    List(
        Delivery, title=t("事件投递", "Deliveries"), right="read_events", icon="mail",
        columns=("listener", "event", "state", "tries", "changed_at", Column("error", kind="lines")),
        filters=("state",),
        sort=(), order="-pk", bulk=("replay", "discard"), hidden=("error",), related=("event",),
        empty=t("没有事件在等待或停放。", "No event waits or is parked."),
    ),
    Detail(Delivery, right="read_events", actions=("replay", "discard"),
           fields=("event", "listener", "state", "tries", "changed_at", Column("error", kind="lines"))),
    List(
        Event, title=t("事件", "Events"), right="read_events", icon="bolt",
        columns=("address", "said_at", "person", "request_id"), filters=("address", "request_id"), order="-pk",
    ),
    Detail(Event, right="read_events", fields=("address", "said_at", "person", "request_id", "facts"),
           related=("deliveries",)),
    List(
        AuditLine, title=t("审计日志", "Audit log"), right="read_audit", icon="shield-check",
        columns=("at", "name", "organisation", Column("what", t("做了什么", "What")), "thing_label", "outcome",
                 "channel", "address", "purpose", "person", "request_id"),
        filters=("name", "address", "thing_label", "at", "outcome", "channel", "person", "thing_type", "thing_id",
                 "request_id"),
        hidden=("address", "person", "request_id", "purpose"), sort=("at",), order="-at",
    ),
    Detail(AuditLine, right="read_audit",
           fields=(Column("what", t("做了什么", "What")), "at", "name", "person", "post", "organisation", "channel",
                   "address", "thing_type", "thing_id", "thing_label", "purpose", "outcome", "request_id", "detail",
                   "chain", "number")),
]
