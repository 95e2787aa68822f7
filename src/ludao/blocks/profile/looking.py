"""Who looks at a file: for which purpose, within which area, written down; and what the person reads of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Literal

from django.db import models

from ludao.base import audit, clock, rights
from ludao.base.actor import Actor
from ludao.base.errors import Refused
from ludao.base.models import AuditLine
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation, Person, Post
from ludao.blocks.profile import definition as definitions

OPEN_FOR = timedelta(minutes=30)  # after that the purpose is asked again
MOST_LINES = 200
Purpose = Literal["service", "verify", "aid", "emergency", "presence", "supervision"]
PURPOSES = {
    "service": t("办理业务", "Handling a case"),
    "verify": t("核实信息", "Verifying facts"),
    "aid": t("救助帮扶", "Aid"),
    "emergency": t("应急处置", "Emergency"),
    "presence": t("应本人要求", "At the person's own request"),
    "supervision": t("监督检查", "Supervision"),
}
DONE = {
    "look": t("查看档案", "Looked at the file"),
    "open": t("打开档案", "Opened the file"),
    "extract": t("打印摘录", "Printed an extract"),
    "find": t("查找", "Searched"),
    "evaluate": t("测算待遇", "Judged for a benefit"),
    "read": t("核对待遇", "Checked for a benefit"),
    "try_one": t("试算政策", "Tried a policy"),
}


class File(models.Model):
    """One person's or enterprise's file as the audit log names it; its rows stand in the lake, so it has no table."""

    scope = None
    kept = False
    key = models.CharField(primary_key=True, max_length=64)

    class Meta:
        managed = False
        verbose_name = t("档案", "File")

    title = ""

    @classmethod
    def of(cls, profile: str, entity: str, title: str = "") -> "File":
        made = cls(pk=f"{profile}/{entity}"[:64])
        made.title = title
        return made

    def __str__(self) -> str:
        return self.title or str(t("档案", "File"))

    def get_absolute_url(self) -> str:
        profile, _, entity = str(self.pk).partition("/")
        return f"/{definitions.get(profile).address.replace('.', '/')}/file/{entity}/"


@dataclass(frozen=True)
class Look:
    """One look at a file."""

    at: datetime
    who: str
    organisation: str
    purpose: str
    what: str
    is_own: bool
    channel: str
    times: int = 1

    @property
    def kind(self) -> tuple[Any, ...]:
        """What makes two looks alike: the same person on the same day, for the same, at the same."""
        return clock.day_of(self.at), self.who, self.organisation, self.purpose, self.what, self.is_own


def reaches(actor: Actor, right: str, area: str | None) -> bool:
    """Whether a right reaches somebody who lives there. A right limited to districts never reaches whose district
    is not known."""
    return any(
        not span.is_strict and span.person is None
        and (span.areas is None or (area or "").startswith(span.areas))
        for span in rights.reach(actor, right)
    )


def require(actor: Actor, right: str, area: str | None) -> None:
    if not reaches(actor, right, area):
        audit.write(actor, right, None, {"area": area or ""}, outcome="refused")
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))


def said(purpose: str, basis: str) -> str:
    """The purpose as the log keeps it: 办理业务：低保复核 2022-031."""
    return f"{PURPOSES.get(purpose, purpose)}：{basis.strip()}"[:200]


def note(actor: Actor, address: str, file: File, **detail: Any) -> None:
    """A line for one look."""
    audit.write(actor, address, file, detail)


def look(actor: Actor, right: str, profile: str, entity: str, area: str | None) -> None:
    """Some of a file's data is shown elsewhere, for the actor's purpose: within reach, and written down."""
    require(actor, right, area)
    note(actor, right, File.of(profile, entity))


def opened(actor: Actor, address: str, file: File) -> str:
    """The purpose for which this officer opened the file not long ago; empty when it is to be asked."""
    lines = AuditLine.objects.filter(
        thing_type=audit.kind_of(file), thing_id=str(file.pk), address=f"{address}.open", outcome="done",
        person=actor.person, post=actor.post, at__gte=clock.now() - OPEN_FOR)
    line = lines.order_by("-at", "-id").first()
    return purpose_of(line) if line else ""


def purpose_of(line: AuditLine) -> str:
    asked = line.detail.get("purpose", "")
    return line.purpose or (said(asked, line.detail.get("basis", "")) if asked else "")


def looks(file: File, own: str = "", most: int = MOST_LINES) -> list[Look]:
    """Who looked, newest first, alike ones together; `own` is the account of the file's person."""
    lines = list(AuditLine.objects.filter(
        thing_type=audit.kind_of(file), thing_id=str(file.pk), outcome="done").order_by("-at", "-id")[:most])
    units = Organisation.objects.in_bulk({line.organisation for line in lines})
    every = [_look(line, units, own) for line in lines]
    return [replace(first, times=1 + len(rest)) for _, same in groupby(every, lambda look: look.kind)
            for first, *rest in [list(same)]]


def _look(line: AuditLine, units: dict[str, Organisation], own: str) -> Look:
    is_own = bool(own) and line.person == own and not line.post
    unit = units.get(line.organisation)
    domains = line.detail.get("seen") or ""
    done = DONE.get(line.address.rpartition(".")[2], line.what)
    return Look(line.at, line.name, str(unit) if unit else "", purpose_of(line),
                f"{done}{f' · {domains}' if domains else ''}", is_own, line.channel)


def own_number(actor: Actor) -> str:
    """The identity number of who is signed in as himself, if it was proven."""
    person = Person.objects.filter(pk=actor.person).first() if actor.person.isdigit() else None
    return person.id_number if person and person.assurance >= Person.NUMBER else ""


def is_officer(actor: Actor) -> bool:
    return bool(actor.post) and Post.objects.filter(pk=actor.post).exists()
