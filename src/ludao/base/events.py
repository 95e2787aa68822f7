"""Events are rows written in the same transaction; each listener is a job enqueued with it."""

import traceback
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import structlog
from django.db import connection, transaction

from ludao.base import clock, registry, tasks
from ludao.base.actor import following, new_request_id, request_id
from ludao.base.models import Delivery, Event

TRIES = 5
Listener = Callable[[Event], None]
_listeners: dict[str, dict[str, Listener]] = defaultdict(dict)
log = structlog.get_logger()


def hears(address: str) -> Callable[[Listener], Listener]:
    """Call the function once for each such event: as a job, in its own transaction, retried, then parked."""

    def register(function: Listener) -> Listener:
        _listeners[address][f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return register


def listeners(address: str) -> dict[str, Listener]:
    return _listeners.get(address, {})


def heard() -> dict[str, list[str]]:
    """Event address → its listeners' names; what the contract tests and the map compare."""
    return {address: sorted(named) for address, named in _listeners.items() if named}


def publish(address: str, facts: dict[str, Any], person: str = "") -> Event:
    """Write the event and one job per listener, in the caller's transaction."""
    registry.owner_of(address)
    with transaction.atomic():
        event = Event.objects.create(
            address=address, facts=facts, person=person, request_id=request_id() or new_request_id()
        )
        for listener in listeners(address):
            enqueue(Delivery.objects.create(event=event, listener=listener))
        with connection.cursor() as cursor:
            cursor.execute("select pg_notify('ludao_events', %s)", [address])
    return event


def enqueue(delivery: Delivery) -> None:
    tasks.deliver.defer(delivery_id=delivery.pk)


def deliver(delivery_id: int) -> bool:
    """Run one delivery. True when nothing is left to do, False when it should be tried again."""
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().select_related("event").get(pk=delivery_id)
        if delivery.state != Delivery.WAITING:
            return True
        try:
            with transaction.atomic(), following(delivery.event.request_id):
                _function(delivery)(delivery.event)
            delivery.state, delivery.error = Delivery.DONE, ""
        except Exception:  # noqa: BLE001  whatever a listener raises must be kept, retried and shown
            delivery.error = traceback.format_exc()[-4000:]
            delivery.state = Delivery.PARKED if delivery.tries + 1 >= TRIES else Delivery.WAITING
            log.warning("delivery failed", delivery=delivery.pk, listener=delivery.listener,
                        state=delivery.state, request_id=delivery.event.request_id)
        delivery.tries += 1
        delivery.changed_at = clock.now()
        delivery.save(update_fields=["state", "error", "tries", "changed_at"])
    return delivery.state != Delivery.WAITING


def _function(delivery: Delivery) -> Listener:
    try:
        return _listeners[delivery.event.address][delivery.listener]
    except KeyError:
        raise LookupError(f"the listener {delivery.listener} is no longer in the house") from None


def deliver_all() -> int:
    """Run what waits, here and now, until nothing waits; for tests and the demonstration city's loading."""
    done = 0
    while waiting := list(Delivery.objects.filter(state=Delivery.WAITING).values_list("pk", flat=True)[:500]):
        for pk in waiting:
            deliver(pk)
            done += 1
    return done
