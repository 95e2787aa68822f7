"""Channels of the demonstration city: items, sites with times, agreements, a partner, an appointment and a case."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from ludao.base.actor import Actor
from ludao.base.crypto import sm2_generate
from ludao.blocks.identity.public import Organisation, Person, Post

from . import items, placing, relaying, seats
from .actions import relaying as acts
from .actions.placing import set_site
from .models import Agreement, Appointment, Letter, Offer, Partner, Relay, Site, Slot
from .models.placing import AWAY, KIOSK, PHONE, PORTAL

CONTENT = Path(__file__).parent / "content"
# Not at a kiosk: what is decided after a look at place or person. The rest is guide, appointment and progress anyway.
HEAVY = ("许可", "审批", "核准", "检验", "鉴定", "验收", "备案")
ADDRESS = "演示地址，以政府公布为准"


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the same at every scale."""
    _sites(actor)
    _agreements()
    if not Partner.objects.exists():
        _partner(actor)


def finish(actor: Actor, scale: float) -> None:
    """Once the items are there, whichever folder came first."""
    _place(actor)
    if not Appointment.objects.exists():
        _appointment()


def _place(actor: Actor) -> None:
    """Everything on the portal; on the phone what is not drawn up for officials alone; simple things at the kiosk."""
    every = items.published(actor)
    placing.put(every, PORTAL)
    placing.put((one for one in every if one["served"]), PHONE)
    placing.put([one for one in every if not any(word in one["name_zh"] for word in HEAVY)], KIOSK)
    placing.put([one for one in every if one["is_online"]] or every[:20], AWAY)


def _sites(actor: Actor) -> None:
    known = set(Site.objects.values_list("code", flat=True))
    for row in _rows("sites.csv"):
        if row["code"] not in known:
            set_site(
                actor,
                **{
                    **row,
                    "longitude": float(row["longitude"]),
                    "latitude": float(row["latitude"]),
                    "windows": int(row["windows"]),
                    "capacity": int(row["capacity"]),
                    "address": ADDRESS,
                },
            )
    for site in Site.objects.filter(kind=Site.HALL):
        if not Slot.objects.filter(site=site).exists():
            seats.open_ahead(site)


def _agreements() -> None:
    """Which cities is invented; their codes are those of GB/T 2260."""
    known = set(Agreement.objects.values_list("code", flat=True))
    Agreement.objects.bulk_create(
        Agreement(**{**row, "since": date.fromisoformat(row["since"]), "note": "演示协议"})
        for row in _rows("agreements.csv")
        if row["code"] not in known
    )


@transaction.atomic
def _partner(actor: Actor) -> None:
    """A city that nobody answers for: its letters wait, as they do when a partner is down."""
    partner = acts.set_partner(
        actor,
        code="ga",
        own_code="xm",
        name="广安市通办平台（演示）",
        url="http://127.0.0.1:9",
        public_key=sm2_generate().public.hex(),
        is_open=False,
    )
    Agreement.objects.filter(code="511600").update(partner=partner)
    offer = Offer.objects.create(
        partner=partner,
        code="GA-SB-001",
        title="社会保险参保证明",
        department="人社局",
        promised_days=1,
        materials=["居民身份证"],
    )
    clerk = _clerk()
    lilei = Person.objects.get(username="lilei")
    relay = Relay.objects.create(
        partner=partner,
        number=relaying.number("xm"),
        is_out=True,
        code=offer.code,
        title=offer.title,
        organisation=clerk.organisation,
        person=lilei,
        applicant=lilei.name,
    )
    relaying.keep(clerk, relay, [SimpleUploadedFile("身份证复印件.txt", "演示材料".encode())])
    relaying.move(clerk, relay, Relay.SENT, "已核对原件")
    Letter.objects.create(
        partner=partner,
        relay=relay,
        is_out=True,
        letter_id="0" * 32,
        kind="application",
        state="parked",
        error="演示：对方平台没有启用",
        said={"code": offer.code},
    )


@transaction.atomic
def _appointment() -> None:
    slot = Slot.objects.filter(site__code="siming").order_by("begins_at").first()
    item: dict[str, Any] | None = next(iter(items.published(Actor.system("demonstration"))), None)
    if slot and item:
        seats.take(slot, Person.objects.get(username="lilei").pk, item["code"], item["name_zh"], "phone")


def _clerk() -> Actor:
    post = Post.objects.select_related("person").get(person__username="wangke", organisation="xm-dsj")
    return Actor(
        person=str(post.person_id),
        name=post.person.name,
        post=str(post.pk),
        organisation=Organisation.objects.get(pk="xm-dsj").pk,
        channel="demo",
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (CONTENT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
