"""The verbs of the counter: open a window, draw and call numbers, hand papers over, hand results out."""

import re
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.db.models import Max, QuerySet
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import OWN, Choices, Rows
from ludao.base.text import t
from ludao.blocks.case import public as cases
from ludao.blocks.document import public as document
from ludao.blocks.identity.public import Organisation

from ..models import Handover, Item, Pickup, Ticket, Window

COUNTER = "services.item.counter"
Number = Annotated[str, Field(title=t("办件编号", "Case number"), min_length=4, max_length=40)]
HallOf = Annotated[
    Organisation,
    Field(title=t("大厅", "Hall")),
    Rows(lambda rows, _: rows.filter(pk__in=Window.objects.values("hall")), first=lambda actor: actor.organisation),
]
NewHall = Annotated[Organisation, Field(title=t("大厅", "Hall")), OWN]
Target = Annotated[Window, Field(title=t("接收窗口", "To")), Rows(lambda rows, things: _beside(rows, things))]
Lines = Annotated[
    str,
    Field(
        title=t("叫号队列", "Lines it calls"),
        pattern=r"^[A-Z]{1,8}$",
        description=t("按优先顺序，如 AB：A 队无人时叫 B 队", "In order: AB calls B when nobody waits in A"),
    ),
]


def _beside(rows: QuerySet[Window], things: list[Any]) -> QuerySet[Window]:
    """The other windows of the same hall."""
    for window in things:
        rows = rows.filter(hall=window.hall_id).exclude(pk=window.pk)
    return rows


@action("services.item.add_window", title=t("设置窗口", "Add a window"), icon="plus")
def add_window(
    actor: Actor,
    hall: NewHall,
    number: Annotated[str, Field(title=t("窗口号", "Window"), min_length=1, max_length=10)],
    title: Annotated[str, Field(title=t("名称", "Title"), min_length=2, max_length=80)],
    lines: Lines = "A",
) -> Window:
    """Entered again under its number, its name and lines are replaced."""
    return Window.objects.update_or_create(hall=hall, number=number, defaults={"title": title, "lines": lines})[0]


@action(
    "services.item.open_window",
    title=t("开窗", "Open the window"),
    icon="door-enter",
    right=COUNTER,
    when=lambda window: not window.is_open,
)
def open_window(actor: Actor, window: Window) -> Window:
    window.is_open, window.clerk = True, actor.name
    window.save(update_fields=["is_open", "clerk"])
    return window


@action(
    "services.item.close_window",
    title=t("关窗", "Close the window"),
    icon="door-exit",
    right=COUNTER,
    when=lambda window: window.is_open,
)
def close_window(actor: Actor, window: Window) -> Window:
    if window.tickets.filter(state=Ticket.CALLED).exists():
        raise Conflict(t("窗口还有正在办理的号", "Somebody is still at the window"))
    window.is_open, window.clerk = False, ""
    window.save(update_fields=["is_open", "clerk"])
    return window


@action("services.item.take_ticket", title=t("取号", "Draw a number"), icon="ticket")
def take_ticket(
    actor: Actor,
    hall: Annotated[
        str,
        Field(title=t("大厅", "Hall"), max_length=64, description=t("大厅的机构代码", "The hall's organisation code")),
    ],
    about: Annotated[str, Field(title=t("事项编码", "Item's code"), max_length=80)] = "",
    line: Annotated[
        Literal["A", "B", "C"],
        Field(title=t("队列", "Line")),
        Choices({"A": t("综合业务", "General"), "B": t("企业业务", "Enterprises"), "C": t("老年人等优先", "Priority")}),
    ] = "A",
) -> Ticket:
    """The next number of the line today. A citizen has one live number a hall."""
    today = clock.today()
    own = "" if actor.post or actor.is_system else actor.person
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('services.item.ticket'), hashtext(%s))", [hall])
    if not Window.objects.filter(hall_id=hall).exists():
        raise Problem(t("这个大厅没有设置窗口", "That hall has no windows"), field="hall")
    live = Ticket.objects.filter(hall_id=hall, day=today, state__in=(Ticket.WAITING, Ticket.CALLED))
    if own and (mine := live.filter(person_id=own).first()):
        raise Conflict(t(f"您已有号 {mine}，办完或过号后再取", f"You hold {mine} already"))
    last = Ticket.objects.filter(hall_id=hall, day=today, line=line).aggregate(most=Max("number"))["most"] or 0
    item = Item.objects.filter(code=about).first() if about else None
    return Ticket.objects.create(hall_id=hall, day=today, line=line, number=last + 1, item=item, person_id=own or None)


@action(
    "services.item.call_next",
    title=t("叫下一位", "Call the next"),
    icon="speakerphone",
    right=COUNTER,
    when=lambda window: window.is_open,
)
def call_next(actor: Actor, window: Window) -> Ticket:
    """Whoever is at the window is done; then the first of its lines, in their order. Two windows never call one."""
    window.tickets.filter(state=Ticket.CALLED).update(state=Ticket.DONE, done_at=clock.now())
    for line in window.lines:
        waiting = Ticket.objects.select_for_update(of=("self",), skip_locked=True).filter(
            hall=window.hall_id, day=clock.today(), state=Ticket.WAITING, line=line
        )
        if ticket := waiting.order_by("number").first():
            return _called(ticket, window)
    raise Conflict(t("现在没有人等候", "Nobody is waiting"))


def _called(ticket: Ticket, window: Window) -> Ticket:
    ticket.state, ticket.window, ticket.called_at = Ticket.CALLED, window, clock.now()
    ticket.calls += 1
    ticket.save()
    return ticket


@action(
    "services.item.recall",
    title=t("重呼", "Call again"),
    icon="bell-ringing",
    right=COUNTER,
    when=lambda ticket: ticket.state in (Ticket.CALLED, Ticket.SKIPPED),
)
def recall(
    actor: Actor, ticket: Ticket, window: Annotated[Window | None, Field(title=t("窗口", "Window"))] = None
) -> Ticket:
    """Once more; one that was skipped is called back to a window that is free."""
    at = window or ticket.window
    if at is None or at.tickets.filter(state=Ticket.CALLED).exclude(pk=ticket.pk).exists():
        raise Conflict(t("窗口正在为别人办理", "Somebody else is at the window"))
    return _called(ticket, at)


@action(
    "services.item.skip",
    title=t("过号", "Skip"),
    icon="player-skip-forward",
    right=COUNTER,
    when=lambda ticket: ticket.state == Ticket.CALLED,
)
def skip(actor: Actor, ticket: Ticket) -> Ticket:
    ticket.state = Ticket.SKIPPED
    ticket.save(update_fields=["state"])
    return ticket


@action(
    "services.item.finish",
    title=t("办完", "Done"),
    icon="check",
    right=COUNTER,
    when=lambda ticket: ticket.state == Ticket.CALLED,
)
def finish(actor: Actor, ticket: Ticket) -> Ticket:
    ticket.state, ticket.done_at = Ticket.DONE, clock.now()
    ticket.save(update_fields=["state", "done_at"])
    return ticket


def _case(number: str) -> Any:
    found = cases.find(number.strip())
    if found is None:
        raise Problem(t(f"没有办件 {number}", f"There is no case {number}"), field="number")
    return found


@action(
    "services.item.pass_on",
    title=t("移交窗口", "Hand over"),
    icon="arrows-exchange",
    right=COUNTER,
    when=lambda window: window.is_open,
)
def pass_on(
    actor: Actor,
    window: Window,
    number: Number,
    target: Target,
    reason: Annotated[str, Field(title=t("事由", "Reason"), min_length=2, max_length=200)],
    papers: Annotated[str, Field(title=t("纸质材料", "Papers"), max_length=200)] = "",
) -> Handover:
    """The papers stay with this window until the other says it has them."""
    case = _case(number)
    if target.hall_id != window.hall_id or target.pk == window.pk:
        raise Problem(t("只能移交给同一大厅的其他窗口", "Only to another window of the same hall"), field="target")
    return Handover.objects.create(
        hall=window.hall, number=case.number, origin=window, target=target, reason=reason, papers=papers, by=actor.name
    )


@action(
    "services.item.take_over",
    title=t("接收", "Take over"),
    icon="check",
    right=COUNTER,
    when=lambda handover: not handover.taken_at,
)
def take_over(actor: Actor, handover: Handover) -> Handover:
    handover.taken_by, handover.taken_at = actor.name, clock.now()
    handover.save(update_fields=["taken_by", "taken_at"])
    return handover


@action("services.item.give_out", title=t("发放结果", "Hand out a result"), icon="package", right=COUNTER)
def give_out(
    actor: Actor,
    hall: HallOf,
    number: Number,
    what: Annotated[str, Field(title=t("领取物", "What"), min_length=2, max_length=200)],
    name: Annotated[str, Field(title=t("领取人", "Picked up by"), min_length=2, max_length=80)],
    relation: Annotated[
        Literal["self", "agent"],
        Field(title=t("身份", "As")),
        Choices({"self": t("本人", "In person"), "agent": t("受托人", "As agent")}),
    ] = "self",
    proof: Annotated[str, Field(title=t("核验方式", "How it was checked"), min_length=2, max_length=80)] = "身份证",
    signature: Annotated[UploadedFile | None, Field(title=t("签名", "Signature"))] = None,
) -> Pickup:
    """Signed for, once a case. Refused before the case is closed, and to anybody else who says to be the applicant."""
    case = _case(number)
    if case.is_open:
        raise Conflict(t("办件还没有办结", "The case is not closed yet"))
    if Pickup.objects.filter(number=case.number).exists():
        raise Conflict(t("结果已经领取过了", "The result was handed out already"))
    if relation == "self" and case.entity == "person" and re.sub(r"\s", "", name) != case.applicant:
        raise Problem(
            t("领取人与申请人不一致；代领请选“受托人”", "That is not the applicant; an agent says so"), field="name"
        )
    kept = (
        document.keep(
            actor,
            signature,
            "signature.png",
            title=case.number,
            about=f"case:{case.pk}",
            organisation=hall.pk,
        )
        if signature
        else None
    )
    return Pickup.objects.create(
        hall=hall,
        number=case.number,
        what=what,
        name=name,
        relation=relation,
        proof=proof,
        signature=kept.pk if kept else None,
        by=actor.name,
    )
