"""Live updates: PostgreSQL's NOTIFY carried to browsers as server-sent events, one connection per process."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import psycopg
import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from ludao.base import registry

CHANNEL = "ludao_events"
HEARTBEAT = 20.0
log = structlog.get_logger()


class _Hub:
    """Hears the database once and tells everyone who listens in this process."""

    def __init__(self) -> None:
        self.listeners: dict[asyncio.Queue[str], str] = {}
        self.task: asyncio.Task[None] | None = None

    def join(self, person: str) -> asyncio.Queue[str]:
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=200)
        self.listeners[queue] = person
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._hear())
        return queue

    async def _hear(self) -> None:
        pause = 1.0
        while self.listeners:
            try:
                async with await psycopg.AsyncConnection.connect(_dsn(), autocommit=True) as database:
                    await database.execute(f"listen {CHANNEL}")
                    pause = 1.0
                    while self.listeners:
                        async for notice in database.notifies(timeout=HEARTBEAT):
                            self._tell(notice.payload)
            except psycopg.OperationalError as error:
                log.warning("live updates lost the database", error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)

    def _tell(self, payload: str) -> None:
        """An address for everyone, or `address person` for one."""
        address, _, meant = payload.partition(" ")
        for queue, person in self.listeners.items():
            if meant in ("", person) and not queue.full():  # who does not read loses hints, never data
                queue.put_nowait(f"{address} {meant}".rstrip())


_hub = _Hub()


def _dsn() -> str:
    given = connection.get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port")
    return psycopg.conninfo.make_conninfo(**{k: given[k] for k in wanted if given.get(k)})


def tell(address: str, people: Iterable[str]) -> None:
    """Only these people's pages ask again, once the transaction stands."""
    with connection.cursor() as cursor:
        for person in people:
            cursor.execute("select pg_notify(%s, %s)", [CHANNEL, f"{address} {person}"])


async def _stream(person: str) -> AsyncIterator[str]:
    queue = _hub.join(person)
    try:
        yield "retry: 3000\n\n"
        while True:
            try:
                address, _, meant = (await asyncio.wait_for(queue.get(), HEARTBEAT)).partition(" ")
                yield f"event: {registry.owner_of(address).address}\ndata: {address}\n\n"
                if meant:  # under its whole name too: a page may wait for what concerns this person alone
                    yield f"event: {address}\ndata: {address}\n\n"
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        _hub.listeners.pop(queue, None)


def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Named by the subsystem that speaks; only addresses are told, never facts: a page that shows this
    subsystem (data-live) asks again, with its own rights."""
    if not request.actor.person:
        return HttpResponse(status=204)
    response = StreamingHttpResponse(_stream(request.actor.person), content_type="text/event-stream")
    response.is_endless = True  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    response["Content-Encoding"] = "identity"
    return response
