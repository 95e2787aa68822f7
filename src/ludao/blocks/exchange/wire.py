"""A line to NATS JetStream for code that waits: what goes out, what comes in, acknowledged one by one."""

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Self

import nats
import nats.errors
import nats.js.errors
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig

from ludao.base.errors import Problem
from ludao.base.text import t

URL = "LUDAO_NATS_URL"
PATIENCE = 10.0


@dataclass(frozen=True)
class Message:
    """One message of a stream; `number` is what its sender called it, else its place."""

    subject: str
    body: bytes
    place: int
    number: str
    reply: str


class Wire:
    """Use it in a `with`; one at a time in a thread."""

    def __init__(self, url: str = "") -> None:
        self.url = url or address()
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        try:
            self._client = self._do(nats.connect(self.url, connect_timeout=5, allow_reconnect=False, error_cb=_quiet))
        except (nats.errors.Error, OSError) as error:
            self._loop.close()
            raise Problem(t(f"NATS 没有回答：{error}", f"NATS does not answer: {error}")) from error
        self._stream = self._client.jetstream(timeout=PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._client.close())
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(work)

    def stream(self, name: str, subjects: list[str]) -> bool:
        """The stream, made if it is not there; whether it was made now."""
        try:
            self._do(self._stream.stream_info(name))
        except nats.js.errors.NotFoundError:
            self._do(self._stream.add_stream(StreamConfig(name=name, subjects=subjects, duplicate_window=86_400)))
            return True
        return False

    def send(self, subject: str, body: bytes, number: str) -> int:
        """Gives its place in the stream once it is on the server's disk; sent twice it stands there once."""
        return int(self._do(self._stream.publish(subject, body, headers={"Nats-Msg-Id": number})).seq)

    def take(self, stream: str, subject: str, consumer: str, most: int, wait: float) -> list[Message]:
        """What waits for a durable consumer, up to `most`; taken again when it is not acknowledged."""
        config = ConsumerConfig(
            durable_name=consumer,
            deliver_policy=DeliverPolicy.ALL,
            ack_wait=120,
            max_ack_pending=max(most, 1000),
            filter_subject=subject,
        )
        held = self._do(self._stream.pull_subscribe(subject, durable=consumer, stream=stream, config=config))
        found: list[Message] = []
        try:
            while len(found) < most:
                found += [
                    _message(one)
                    for one in self._do(held.fetch(min(500, most - len(found)), timeout=wait if not found else 0.3))
                ]
        except (nats.errors.TimeoutError, TimeoutError):
            pass
        return found

    def look(self, stream: str, subject: str, most: int, wait: float) -> list[Message]:
        """The first messages of a stream, by a reader that leaves no trace."""
        config = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL, inactive_threshold=30)
        try:
            held = self._do(self._stream.pull_subscribe(subject, stream=stream, config=config))
            return [_message(one) for one in self._do(held.fetch(most, timeout=wait))]
        except (nats.errors.TimeoutError, TimeoutError):
            return []
        except nats.js.errors.NotFoundError as error:
            raise Problem(t(f"没有消息流 {stream}", f"There is no stream {stream}"), field="stream") from error

    def acknowledge(self, messages: list[Message]) -> None:
        async def work() -> None:
            for one in messages:
                await self._client.publish(one.reply, b"+ACK")
            await self._client.flush(PATIENCE)

        self._do(work())


def address() -> str:
    """Where the house's NATS answers: as set, else the embedded one."""
    from django.conf import settings

    if given := os.environ.get(URL):
        return given
    from ludao.base.embedded.embedded import Embedded

    return str(Embedded(settings.DATA).nats_url)


def _message(one: Any) -> Message:
    place = one.metadata.sequence.stream
    return Message(one.subject, one.data, place, (one.headers or {}).get("Nats-Msg-Id") or str(place), one.reply)


async def _quiet(_: Exception) -> None:
    """The error comes back from the call itself."""
