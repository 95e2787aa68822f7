"""The audit log: append-only lines in SM3 hash chains, so that any changed, removed or reordered line shows."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Model

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.crypto import sm3
from ludao.base.models import AuditHead, AuditLine

CHAINS = 16
GENESIS = bytes(32)
CHAINED = ("at", "person", "name", "post", "organisation", "channel", "address", "thing_type", "thing_id",
           "thing_label", "request_id", "purpose", "outcome", "detail")
words: dict[str, str] = {}  # of what is noted without being an action: address → words
COLUMNS = ("chain", "number", *CHAINED, "previous", "digest")


@dataclass(frozen=True)
class Fault:
    """Where a chain does not hold, in words."""

    chain: int
    number: int
    what: str


def canonical(line: dict[str, Any]) -> bytes:
    """The bytes that are chained: every field of the line in one fixed form."""
    at: datetime = line["at"]
    fixed = {**{name: line[name] for name in CHAINED}, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    return json.dumps(fixed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(line: dict[str, Any]) -> bytes:
    place = f"{line['chain']}/{line['number']}|".encode()
    return sm3(bytes(line["previous"]) + place + canonical(line))


def kind_of(thing: Model | None) -> str:
    """A proxy is another view of the same thing, whose lines stay together."""
    model = thing._meta.concrete_model if thing is not None else None
    return model._meta.label_lower if model else ""


def write(
    actor: Actor, address: str, thing: Model | None = None, detail: dict[str, Any] | None = None,
    outcome: str = "done",
) -> None:
    """Append one line in the caller's transaction. The chain's head stays locked until that commits."""
    plain = json.loads(json.dumps(detail or {}, cls=DjangoJSONEncoder, ensure_ascii=False).replace("\\u0000", ""))
    line: dict[str, Any] = {
        "at": clock.now(), "person": actor.person, "name": actor.name, "post": actor.post,
        "organisation": actor.organisation, "channel": actor.channel, "address": address,
        "thing_type": kind_of(thing), "thing_id": str(thing.pk) if thing is not None and thing.pk else "",
        "thing_label": str(thing)[:200] if thing is not None else "", "request_id": actor.request_id,
        "purpose": actor.purpose, "outcome": outcome, "detail": plain,
    }
    with transaction.atomic():
        line |= _claim_place()
        line["digest"] = digest_of(line)
        _append(line)


def _claim_place() -> dict[str, Any]:
    """Lock the head of a chain nobody is writing to; wait for one only when all are busy."""
    pick = "select chain, number, digest from base_audithead"
    with connection.cursor() as cursor:
        cursor.execute(f"{pick} order by chain limit 1 for update skip locked")
        head = cursor.fetchone()
        if head is None:
            cursor.execute(f"{pick} where chain = %s for update", [random.randrange(CHAINS)])
            head = cursor.fetchone()
    if head is None:
        raise RuntimeError("the audit chains are missing: run `ludao migrate`")
    return {"chain": head[0], "number": head[1] + 1, "previous": bytes(head[2])}


_INSERT = f"""
with line as (
    insert into base_auditline ({", ".join(COLUMNS)}, transaction)
    values ({", ".join(["%s"] * len(COLUMNS))}, pg_current_xact_id()::text::bigint)
)
update base_audithead set number = %s, digest = %s where chain = %s
"""


def _append(line: dict[str, Any]) -> None:
    values = [json.dumps(line[c], ensure_ascii=False) if c == "detail" else line[c] for c in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*values, line["number"], line["digest"], line["chain"]])


def verify() -> Iterator[Fault]:
    """Walk every chain from its first line to its head and yield each place where it does not hold."""
    for head in AuditHead.objects.order_by("chain"):
        yield from _verify_chain(head)
    yield from _strays()


def _verify_chain(head: AuditHead) -> Iterator[Fault]:
    number, previous = 0, GENESIS
    lines = AuditLine.objects.filter(chain=head.chain).order_by("number").values(*COLUMNS)
    for line in lines.iterator(chunk_size=5000):
        if line["number"] != number + 1:
            yield Fault(head.chain, number + 1, f"lines {number + 1} to {line['number'] - 1} were removed")
        elif bytes(line["previous"]) != previous:
            yield Fault(head.chain, line["number"], "does not follow the line before it: reordered or replaced")
        if digest_of(line) != bytes(line["digest"]):
            yield Fault(head.chain, line["number"], "its content was changed")
        number, previous = line["number"], bytes(line["digest"])
    if number < head.number:
        yield Fault(head.chain, number + 1, f"lines {number + 1} to {head.number} were removed from the end")
    elif (number, previous) != (head.number, bytes(head.digest)):
        yield Fault(head.chain, number, "the head does not agree with the last line")


def _strays() -> Iterator[Fault]:
    known = AuditHead.objects.values("chain")
    for chain in AuditLine.objects.exclude(chain__in=known).values_list("chain", flat=True).distinct():
        yield Fault(chain, 0, "a chain without a head")
