"""Tells subscribers what changed: masked as the grant says, each change in the log, at least once, in order."""

import json
from typing import Any

from django.db import transaction

from ludao.base import clock
from ludao.base.actor import new_request_id
from ludao.base.crypto import sm3
from ludao.base.errors import LudaoError
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.exchange import public as exchange

from . import snapshots
from .committing import Entry, commit
from .models import Grant, Snapshot, Subscription

BATCH = 500


@work("data.sharing.tell", title=t("推送变更", "Tell a subscriber of changes"))
def tell(progress: Progress, *, subscription: int) -> dict[str, Any]:
    """From where the subscriber stands to now; where it stands moves only when all of it was handed over."""
    one = Subscription.objects.select_related("grant").get(pk=subscription)
    if not one.is_open or not one.grant.is_in_force():
        return {"sent": 0}
    made = snapshots.changes(one.grant, one.cursor)
    try:
        sent = hand_over(progress, one, made)
    except LudaoError as error:
        Subscription.objects.filter(pk=one.pk).update(error=str(error)[:2000])
        raise
    Subscription.objects.filter(pk=one.pk).update(
        cursor=made.version, sent=one.sent + sent, sent_at=clock.now(), error=""
    )
    return {"sent": sent, "version": made.version}


def hand_over(progress: Progress, one: Subscription, made: Snapshot) -> int:
    """Messages of some hundred rows each; under a number that repeats, the stream keeps one."""
    sent = 0
    for part, rows in enumerate(pieces(made)):
        body = {
            "grant": one.grant.number,
            "address": one.grant.address,
            "since": made.since,
            "version": made.version,
            "part": part,
            "rows": rows,
        }
        number = f"{one.grant.number}-{made.since}-{made.version}-{part}"
        with transaction.atomic():
            exchange.write(one.subject.removeprefix("out."), json.loads(json.dumps(body, default=str)), number)
            note(one.grant, body, len(rows))
        sent += len(rows)
        progress.tell(sent, made.rows)
    return sent


def pieces(made: Snapshot) -> Any:
    import pyarrow.parquet as pq

    for part in made.parts.all():
        for batch in pq.ParquetFile(snapshots.path_of(part)).iter_batches(BATCH):
            yield batch.to_pylist()


def note(grant: Grant, body: dict[str, Any], rows: int) -> None:
    answer = sm3(json.dumps(body, default=str, ensure_ascii=False).encode()).hex()
    commit(
        Entry(
            grant.pk,
            "pushed",
            line={
                "address": grant.address,
                "organisation": grant.organisation_id or "",
                "person": "",
                "name": "",
                "program": "",
                "purpose": grant.purpose,
                "request_id": new_request_id(),
                "asked": {"since": body["since"], "version": body["version"], "part": body["part"]},
                "rows": rows,
                "status": 200,
                "answer": answer,
                "ms": 0.0,
            },
        )
    )
