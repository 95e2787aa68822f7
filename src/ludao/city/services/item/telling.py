"""What one hall tells another of its items and cases, and how letters travel: signed, once, until acknowledged."""

import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Q

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.masks import mask
from ludao.base.tasks import periodic
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.case import public as cases

from . import keys
from .models import Hall, Item, Letter, Record
from .models.applying import KIND
from .models.catalogue import KINDS

Row = dict[str, Any]
PIECE, TRIES, WAIT_S = 300, 12, 20
LETTERS, ASKED = "/services/item/v1/province/letters", "/services/item/v1/province/records"
NEEDED = {"item": ("code", "name", "kind", "organisation"), "case": ("number", "item", "title", "state", "opened_at")}


def digest(row: Mapping[str, Any]) -> str:
    """What both sides reckon alike: SHA-256 over the row as sorted JSON."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def rows(kind: str, after: str = "", most: int = PIECE) -> list[tuple[str, str, Row]]:
    """Ours in the order of their keys: (key, title, row)."""
    return list(_items(after, most) if kind == "item" else _cases(after, most))


def _items(after: str, most: int) -> Iterator[tuple[str, str, Row]]:
    found = Item.objects.filter(state=Item.PUBLISHED, code__gt=after).select_related("organisation").order_by("code")
    for item in found[:most]:
        yield (
            item.code,
            item.name_zh,
            {
                "code": item.code,
                "name": item.name_zh,
                "name_en": item.name_en,
                "kind": item.kind,
                "object": item.object,
                "organisation": item.organisation.name,
                "legal_days": item.legal_days,
                "promised_days": item.promised_days,
                "is_online": item.is_online,
                "version": item.number,
            },
        )


def _cases(after: str, most: int) -> Iterator[tuple[str, str, Row]]:
    """Of applicants only the masked name leaves the city."""
    found = cases.Case.objects.filter(kind=KIND, number__gt=after).select_related("organisation").order_by("number")
    for case in found[:most]:
        yield (
            case.number,
            case.title,
            {
                "number": case.number,
                "item": case.item,
                "title": case.title,
                "state": case.state,
                "ending": case.ending,
                "organisation": case.organisation.name,
                "applicant": mask("name", case.applicant),
                "entity": case.entity,
                "channel": case.channel,
                "opened_at": _at(case.opened_at),
                "accepted_at": _at(case.accepted_at),
                "due_at": _at(case.due_at),
                "closed_at": _at(case.closed_at),
                "worked_days": case.worked_days,
            },
        )


def _at(moment: Any) -> str:
    return moment.astimezone(clock.SHANGHAI).isoformat(timespec="seconds") if moment else ""


def post(actor: Actor, hall: Hall, kind: str, *, only: set[str] | None = None) -> int:
    """Letters with what the other hall does not know yet, or not so. How many rows."""
    known = dict(Record.objects.filter(hall=hall, is_out=True, kind=kind).values_list("key", "digest"))
    after, told = "", 0
    while piece := rows(kind, after):
        after = piece[-1][0]
        fresh = [
            (key, title, row)
            for key, title, row in piece
            if (key in only if only is not None else known.get(key) != digest(row))
        ]
        if fresh:
            Letter.objects.create(
                hall=hall,
                is_out=True,
                letter_id=uuid4().hex,
                kind=f"{kind}s",
                rows=len(fresh),
                body={"rows": [row for _, _, row in fresh]},
            )
            _write_down(hall, True, kind, fresh)
            told += len(fresh)
    if told:
        sending.start(actor, about=hall.code, hall=hall.pk)
    return told


def _write_down(hall: Hall, is_out: bool, kind: str, fresh: list[tuple[str, str, Row]]) -> None:
    now = clock.now()
    Record.objects.bulk_create(
        [
            Record(
                hall=hall,
                is_out=is_out,
                kind=kind,
                key=key[:120],
                title=title[:200],
                body=row,
                digest=digest(row),
                at=now,
            )
            for key, title, row in fresh
        ],
        update_conflicts=True,
        unique_fields=["hall", "is_out", "kind", "key"],
        update_fields=["title", "body", "digest", "at"],
        batch_size=500,
    )


def take(hall: Hall, letter_id: str, kind: str, body: Mapping[str, Any]) -> tuple[int, list[dict[str, str]]]:
    """Once: (how many rows were taken, those refused with their reason). One that came before is acknowledged."""
    letter, is_new = Letter.objects.get_or_create(
        hall=hall,
        is_out=False,
        letter_id=letter_id[:40],
        defaults={"kind": kind, "body": {}, "state": "done", "done_at": clock.now()},
    )
    if not is_new:
        return letter.rows, letter.refused
    good, refused = sorted_out(kind.removesuffix("s"), body.get("rows"))
    _write_down(hall, False, kind.removesuffix("s"), good)
    letter.rows, letter.refused = len(good), refused
    letter.save(update_fields=["rows", "refused"])
    Hall.objects.filter(pk=hall.pk).update(heard_at=clock.now())
    return len(good), refused


def sorted_out(kind: str, given: Any) -> tuple[list[tuple[str, str, Row]], list[dict[str, str]]]:
    """Good rows, and bad ones named."""
    good: list[tuple[str, str, Row]] = []
    refused: list[dict[str, str]] = []
    for number, row in enumerate(given if isinstance(given, list) else [], 1):
        reason = _wrong(kind, row)
        if reason:
            name = str(row.get(NEEDED[kind][0]) or "") if isinstance(row, dict) else ""
            refused.append({"row": str(number), "key": name[:120], "reason": reason})
        else:
            good.append((str(row[NEEDED[kind][0]]), str(row.get("name") or row.get("title")), row))
    return good, refused


def _wrong(kind: str, row: Any) -> str:
    if not isinstance(row, dict):
        return "不是一条记录"
    if lacking := [name for name in NEEDED[kind] if not row.get(name)]:
        return f"缺少 {'、'.join(lacking)}"
    if kind == "item" and row["kind"] not in dict(KINDS):
        return f"不认识的事项类型 {row['kind']}"
    return ""


def pull(hall: Hall, kind: str) -> int:
    """What the other hall has of its own, piece by piece. How many rows were new or other than before."""
    known = dict(Record.objects.filter(hall=hall, is_out=False, kind=kind).values_list("key", "digest"))
    after, fresh = "", 0
    while answer := ask(hall, {"what": "rows", "kind": kind, "after": after})["rows"]:
        good, _ = sorted_out(kind, answer)
        changed = [one for one in good if known.get(one[0]) != digest(one[2])]
        _write_down(hall, False, kind, changed)
        fresh += len(changed)
        after = str(answer[-1].get(NEEDED[kind][0], ""))
        if not after:
            break
    Hall.objects.filter(pk=hall.pk).update(heard_at=clock.now(), error="")
    return fresh


def reconcile(hall: Hall, kind: str) -> dict[str, int]:
    """Ours as sent against theirs as taken: how many agree, differ, are missing there, or known only there."""
    theirs: dict[str, str] = {}
    after = ""
    while piece := ask(hall, {"what": "digests", "kind": kind, "after": after})["digests"]:
        theirs |= {str(key): str(value) for key, value in piece}
        after = str(piece[-1][0])
    now = clock.now()
    ours = list(Record.objects.filter(hall=hall, is_out=True, kind=kind))
    for record in ours:
        record.known, record.checked_at = theirs.get(record.key, ""), now
    Record.objects.bulk_update(ours, ["known", "checked_at"], batch_size=1000)
    missing = sum(1 for r in ours if not r.known)
    same = sum(1 for r in ours if r.known == r.digest)
    return {
        "same": same,
        "missing": missing,
        "differ": len(ours) - same - missing,
        "only_there": len(set(theirs) - {r.key for r in ours}),
    }


def answer(hall: Hall, asked: Mapping[str, Any]) -> dict[str, Any]:
    """To a question of the other hall: our own rows, or the digests of what we have taken from it."""
    kind, after = str(asked.get("kind")), str(asked.get("after", ""))
    if kind not in NEEDED:
        return {"rows": [], "digests": []}
    if asked.get("what") == "digests":
        taken = Record.objects.filter(hall=hall, is_out=False, kind=kind, key__gt=after).order_by("key")
        return {"digests": [list(pair) for pair in taken.values_list("key", "digest")[:1000]]}
    return {"rows": [row for _, _, row in rows(kind, after)]}


# — the way ————————————————————————————————————————————————————————————————————————————————————————————


def signed(hall: Hall, message: Mapping[str, Any]) -> tuple[bytes, str]:
    """To whom and when are signed too, so that no letter serves twice."""
    whole = {"from": hall.own_code, "to": hall.code, "at": round(time.time(), 3), **message}
    body = json.dumps(whole, ensure_ascii=False, sort_keys=True, default=str).encode()
    return body, keys.sign(body)


def ask(hall: Hall, question: Mapping[str, Any], path: str = ASKED) -> dict[str, Any]:
    """The other hall's answer, signed over question and answer. Raises OSError or ValueError in words."""
    body, signature = signed(hall, question)
    request = urllib.request.Request(
        hall.url + path,
        data=body,
        method="POST",
        headers={"Content-Type": "application/json", "Ludao-Signature": signature},
    )
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as response:
            content, said = response.read(), response.headers.get("Ludao-Signature", "")
    except urllib.error.HTTPError as error:
        raise OSError(f"{error.code} {error.read(300).decode(errors='replace')}") from error
    if not keys.holds(hall.public_key, body + content, said):
        raise ValueError("对端的回答没有它的签名 / the answer is not signed by the peer")
    told: dict[str, Any] = json.loads(content)
    return told


@work("services.item.sending", title=t("发送对接报文", "Send letters to a hall"))
def sending(progress: Progress, *, hall: int) -> dict[str, Any]:
    """What waits for this hall, in its order; the first that does not arrive stops the rest."""
    to = Hall.objects.get(pk=hall)
    due = Q(next_at=None) | Q(next_at__lte=clock.now())
    sent = 0
    for letter in Letter.objects.filter(due, hall=to, is_out=True, state="waiting").order_by("pk"):
        progress.check()
        if not to.is_open or not _send(letter, to):
            break
        sent += 1
        progress.tell(sent)
    return {"sent": sent}


def _send(letter: Letter, hall: Hall) -> bool:
    letter.tries += 1
    try:
        told = ask(hall, {"id": letter.letter_id, "kind": letter.kind, "body": letter.body}, LETTERS)
        if told.get("taken") != letter.letter_id:
            raise ValueError("acknowledged another letter")
    except (OSError, ValueError) as error:
        letter.error = f"{type(error).__name__}: {error}"[:500]
        letter.state = "parked" if letter.tries >= TRIES else "waiting"
        letter.next_at = clock.now() + timedelta(seconds=min(5 * 2**letter.tries, 3600))
        letter.save()
        Hall.objects.filter(pk=hall.pk).update(error=letter.error)
        return False
    letter.state, letter.done_at, letter.error = "done", clock.now(), ""
    letter.refused = told.get("refused") or []
    letter.save()
    Hall.objects.filter(pk=hall.pk).update(error="", heard_at=clock.now())
    return True


@work("services.item.pulling", title=t("拉取对端", "Pull from a hall"))
def pulling(progress: Progress, *, hall: int, what: str) -> dict[str, Any]:
    return {"fresh": pull(_reached(hall), what)}


@work("services.item.reconciling", title=t("与对端对账", "Reconcile with a hall"))
def reconciling(progress: Progress, *, hall: int, what: str) -> dict[str, Any]:
    return dict(reconcile(_reached(hall), what))


def _reached(pk: int) -> Hall:
    return Hall.objects.get(pk=pk)


@periodic("* * * * *", "services.item.send_due")
def send_due() -> None:
    """What was to be tried again by now."""
    due = Q(next_at=None) | Q(next_at__lte=clock.now())
    waiting = Letter.objects.filter(due, is_out=True, state="waiting", hall__is_open=True)
    for hall in Hall.objects.filter(pk__in=waiting.values("hall")):
        sending.start(Actor.system("services.item"), about=hall.code, hall=hall.pk)
