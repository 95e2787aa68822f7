"""The demonstration city's hall: the catalogue, a file with a bad row, windows, tickets and applications."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.case import public as cases
from ludao.blocks.identity.public import Organisation, Person, Post

from . import actions, keys, shipping, telling
from .models import Application, Hall, Handover, Import, Item, Pickup, Record, Window

FILE = """事项编码,事项名称,事项类型,实施主体,服务对象,法定办结时限,承诺办结时限
DEMO-0001,演示：社区图书室借阅登记,公共服务,厦门市文化和旅游局,自然人,3,即办
DEMO-0002,演示：社区活动室预约,公共服务,厦门市文化和旅游局,自然人,3,1
DEMO-0003,演示：编码有误的一行,不存在的类型,厦门市文化和旅游局,自然人,3,1
"""
HALL = "xm-zwzx"
WINDOWS = (
    ("A01", "综合窗口一", "AC"),
    ("A02", "综合窗口二", "AC"),
    ("B01", "企业窗口", "B"),
    ("C01", "出件窗口", "C"),
)
# What 李雷 has applied for, and how far it has come: outcomes of the steps so far.
CARD = {"ss_number": "350200000001", "why": "lost", "lost_on": "2026-06-01", "bank_of": "icbc", "delivery": "counter"}
ASKED: tuple[tuple[str, dict[str, Any], dict[str, str], tuple[str, ...]], ...] = (
    ("RS002", CARD, {"why": "lost", "agent": "self"}, ("accept", "approve")),
    (
        "GA024",
        {
            "lives_since": "2024-01-01",
            "ground": "home",
            "lease_number": "ZL2024000001",
            "lease_address": "厦门市思明区演示路1号",
        },
        {"ground": "home"},
        ("accept",),
    ),
    ("WJ003", {"pregnant": False, "children_now": 0}, {}, ()),
)


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the hall is the same at every scale."""
    shipping.ship()
    body = Organisation.objects.get(pk=HALL)
    if not Import.objects.exists():
        actions.catalogue.import_items(
            actor, file=SimpleUploadedFile("demo-items.csv", FILE.encode()), organisation=body
        )
    _counter(actor, body)
    if not Application.objects.exists():
        _applications(actor)
    _province(actor)


def _counter(actor: Actor, body: Organisation) -> None:
    if Window.objects.exists():
        return
    made = [
        actions.counter.add_window(actor, hall=body, number=n, title=title, lines=lines) for n, title, lines in WINDOWS
    ]
    clerk = _clerk()
    for window in made[:2]:
        actions.counter.open_window(clerk, window=window)
    item = Item.objects.get(code="RS002")
    for line in "AAAAC":
        actions.counter.take_ticket(actor, hall=body.pk, about=item.code, line=line)
    actions.counter.call_next(clerk, window=made[0])


def _clerk() -> Actor:
    post = Post.objects.select_related("person").get(person__username="wangke", organisation="xm-dsj")
    return Actor(
        person=str(post.person.pk), name=post.person.name, post=str(post.pk), organisation="xm-dsj", channel="demo"
    )


def _applications(actor: Actor) -> None:
    """李雷 applies himself; the steps are done by the house, as the demonstration's officers would."""
    person = Person.objects.filter(username="lilei").first()
    if person is None or not person.id_number:
        return
    li = Actor(person=str(person.pk), name=person.name, channel="demo")
    common = {
        "name": person.name, "id_number": person.id_number, "phone": person.phone or "13900001234",
    }  # fmt: skip
    for code, data, answers, outcomes in ASKED:
        item = Item.objects.filter(code=code, is_online=True).first()
        if item is None:
            continue
        begun = actions.applying.begin(li, item=item)
        if answers:
            actions.applying.answer(li, application=begun, answers=json.dumps(answers))
        asked = {**common, "delivery": "counter", **data}
        known = set(actions.applying.form_of(begun).design.schema["properties"])
        actions.applying.fill(
            li,
            application=Application.objects.get(pk=begun.pk),
            data=json.dumps({k: v for k, v in asked.items() if k in known}),
        )
        sent = actions.applying.send(li, application=Application.objects.get(pk=begun.pk), promise=True)
        for outcome in outcomes:
            case = cases.find(sent.number)
            assert case is not None
            cases.complete(actor, task=cases.steps(case)[0], outcome=outcome, opinion="演示：符合条件")
    actions.applying.begin(li, item=Item.objects.get(code="MZ002"))
    _paperwork(actor)


def _paperwork(actor: Actor) -> None:
    """The first case's result was handed over between windows and picked up."""
    done = Application.objects.filter(outcome="granted").first()
    if done is None:
        return
    first, second = Window.objects.order_by("pk")[:2]
    if not Handover.objects.exists():
        actions.counter.pass_on(
            _clerk(), window=first, number=done.number, target=second, reason="移交出件", papers="纸质回执一份"
        )
    if not Pickup.objects.exists():
        actions.counter.give_out(
            _clerk(), hall=first.hall, number=done.number, what="社会保障卡", name=done.applicant, relation="self"
        )


def _province(actor: Actor) -> None:
    """A hall that is entered and not yet reached; what would be told stands in the ledger."""
    if Hall.objects.exists():
        return
    made = actions.province.add_hall(
        actor, code="fj", own_code="xm", name="福建省政务服务平台（演示，未联通）", place="above",
        url="http://127.0.0.1:9", public_key=keys.public_key(),
    )  # fmt: skip
    actions.province.pause_hall(actor, hall=made)
    rows = telling.rows("item", most=3)
    Record.objects.bulk_create(
        Record(hall=made, is_out=True, kind="item", key=key, title=title, body=row, digest=telling.digest(row))
        for key, title, row in rows
    )
    made.letters.create(
        is_out=True, letter_id="demo-letter-0001", kind="items", rows=3, body={"rows": [r for _, _, r in rows]}
    )
