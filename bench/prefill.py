"""Claim: of what the city's service items ask, at least 60 % is filled in before anybody types.

Reads the city that is loaded (DATA): every form of a published item, for residents (or enterprises with their
legal representatives) drawn at random. A form counts for whom it is meant: who stands in at least one of the
departments' datasets from which it takes values, where it takes any that only some people have (a form for drivers
counts for drivers); `prefill.share_anyone` is the same over whoever was drawn. None of these has ever applied for
anything; `prefill.share_again` is the share for whoever applied once before, for another item drawn at random, and
said then how to receive it and where to be paid. Counted are all fields that are asked at first, questions about the
wish itself and declarations among them; files are not. Peer: the aim.
"""

import os
import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

PEOPLE, TRIES, AIM = 40, 6, 0.60
COMMON = ("golden", "identity", "before", "source.police.resident", "source.market.enterprise")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.db import transaction

    from ludao.city.services.sharing import holding

    some = max(5, int(PEOPLE * scale))
    forms = [Measured(address) for address in asked()]
    took: list[float] = []
    with transaction.atomic():
        for kind in ("person", "enterprise"):
            for subject in draw(kind, some * TRIES):
                waiting = [one for one in forms if one.kind == kind and len(one.meant) < some]
                if not waiting:
                    break
                with holding.remembered():  # one file, read once, whatever the number of forms
                    took += [one.fill(subject) for one in waiting]
                    before = apply_once(kind, subject)
                    for one in waiting:
                        if one.address != before:
                            one.fill(subject, again=True)
        transaction.set_rollback(True)  # what is measured here is nobody's application
    shares = {one.address: statistics.fmean(one.meant) for one in forms if one.meant}
    anyone = {one.address: statistics.fmean(one.every) for one in forms if one.every}
    again = {one.address: statistics.fmean(one.again) for one in forms if one.again}
    least = {one.address: len(one.meant) for one in forms if one.meant}
    if not shares:
        raise SystemExit("no form of services.item is published in this city: ludao load")
    low = sorted(shares, key=shares.__getitem__)[:3]
    note = (f"{len(shares)} forms, up to {some} applicants each, {sum(least.values())} fillings; lowest "
            + ", ".join(f"{one.rpartition('.')[2]} {shares[one]:.2f}" for one in low))
    yield figure("prefill.share", statistics.fmean(shares.values()), "share", scale, note)
    yield figure("prefill.share_anyone", statistics.fmean(anyone.values()), "share", scale,
                 f"{len(anyone)} forms, whoever was drawn")
    yield figure("prefill.share_again", statistics.fmean(again.values()), "share", scale,
                 f"{len(again)} forms, of those for whom they are meant, after one application for another item")
    yield figure("prefill.forms_at_aim", sum(share >= AIM for share in shares.values()) / len(shares), "share of forms",
                 scale, f"forms of which at least {AIM:.0%} is filled")
    yield {"name": "prefill.p95_ms", "value": statistics.quantiles(took, n=20)[-1], "unit": "ms", "scale": scale,
           "note": f"{len(took)} prefills, each file read once"}


def figure(name: str, value: float, unit: str, scale: float, note: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "peer": "the aim", "peer_value": AIM, "ratio": value / AIM,
            "scale": scale, "note": note}


def draw(kind: str, some: int) -> list[Any]:
    """Grown residents, and enterprises in business, at random but the same each time."""
    from ludao.blocks.form.public import Subject
    from ludao.blocks.lake import public as lake

    if kind == "person":
        rows = lake.sql("select id_number, name from data.person.resident where id_number is not null and birth_on < "
                        "current_date - interval 18 year order by id_number").rows()
        return [Subject(name=row["name"], id_number=row["id_number"]) for row in chosen(rows, some)]
    rows = lake.sql("select credit_code, legal_person_id_number as number, legal_person_name as name "
                    "from data.enterprise.company where status = '存续' and credit_code is not null order by 1").rows()
    return [Subject(name=row["name"] or "", id_number=row["number"] or "", enterprise_code=row["credit_code"])
            for row in chosen(rows, some)]


def chosen(rows: list[Any], some: int) -> list[Any]:
    return random.Random(2022).sample(rows, min(some, len(rows)))


def asked() -> list[str]:
    """The forms that people fill in: those of published items (the item manager's own sheet of facts is not one)."""
    from ludao.city.services.item.models import Item, Version

    used = Version.objects.filter(state=Version.PUBLISHED, item__state=Item.PUBLISHED, item__is_online=True)
    return sorted(set(used.values_list("facts__form", flat=True)))


class Measured:
    """One form: shares over whom it is meant for, shares over anyone."""

    def __init__(self, address: str) -> None:
        from ludao.blocks.form import public as form

        self.address, self.version = address, form.current(address)
        fields = [one for _, one in self.version.design.walk() if one.taken]
        self.kind = "enterprise" if any(one.taken.source == "enterprise" for one in fields) else "person"
        self.is_special = is_special(self.version)
        self.meant: list[float] = []
        self.every: list[float] = []
        self.again: list[float] = []

    def fill(self, subject: Any, again: bool = False) -> float:
        """Milliseconds."""
        from ludao.base.actor import Actor
        from ludao.blocks.form import public as form

        began = time.perf_counter()
        filled = form.prefill(self.version, Actor.system("bench"), subject, "性能测量：预填", about=self.address)
        took = (time.perf_counter() - began) * 1000
        paths = form.asked_at_first(self.version, filled)
        share = sum(path in filled for path in paths) / len(paths)
        is_meant = bool({one.source for one in filled.values()} - set(COMMON)) or not self.is_special
        if not again:
            self.every.append(share)
        if is_meant:
            (self.again if again else self.meant).append(share)
        return took


SAID = {"choice": "counter", "bank_account": "6222020111122220017", "text": "中国建设银行", "integer": 2, "decimal": 80}


def apply_once(kind: str, subject: Any) -> str:
    """One application for an item drawn at random, sent and with a case; what it said is of the kinds of its fields.
    Answers the address of its form."""
    from ludao.base import clock
    from ludao.base.actor import Actor
    from ludao.blocks.case import public as cases
    from ludao.blocks.form import public as form
    from ludao.blocks.identity.public import Person
    from ludao.city.services.item.models import Application, Item
    from ludao.city.services.item.models.applying import KIND

    items = [one for one in Item.objects.filter(is_online=True).order_by("code")
             if one.object in (kind, "both") and one.state == Item.PUBLISHED]
    item = random.Random(subject.id_number + subject.enterprise_code).choice(items)
    facts = item.versions.get(state="published").facts
    version = form.current(facts["form"])
    data = {path: next((o.value for o in one.options), SAID.get(one.kind_name)) for path, one in version.design.walk()
            if one.taken and one.taken.source == "before"}
    person = Person.objects.filter(pk__in=known(subject)).first()
    if person is None:
        person = Person(username=f"bench-{subject.id_number or subject.enterprise_code}", name=subject.name)
        person.id_number, person.assurance = subject.id_number, Person.NUMBER
        person.save()
    case = cases.open(Actor.system("bench"), kind=KIND, title=item.name_zh, form=version, data=data, item=item.code,
                      applicant=cases.Applicant(name=subject.name, person=None if kind == "enterprise" else person),
                      organisation=item.organisation_id, process=facts["process"])
    Application.objects.create(
        item=item, version=item.versions.get(state="published"), organisation_id=item.organisation_id, person=person,
        enterprise=subject.enterprise_code, applicant=subject.name, state=Application.SENT, case=case.pk,
        number=case.number, sent_at=clock.now())
    return str(facts["form"])


def known(subject: Any) -> list[int]:
    from ludao.blocks.identity.public import people_by_id_number

    return list(people_by_id_number([subject.id_number]).values()) if subject.id_number else []


def is_special(version: Any) -> bool:
    """Whether the form takes anything that only some people have."""
    from ludao.city.services.sharing import holding

    for _, one in version.design.walk():
        said = holding.table("held").get(one.taken.source, {}).get(one.taken.field, {}) if one.taken else {}
        places = said.get("from", [])
        if places and all(place.rpartition(".")[0].partition("#")[0] not in COMMON for place in places):
            return True
    return False
