"""JetStream streams into files and back, by the server's own snapshots: no stop, nothing half written."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats
import nats.errors
from nats.aio.client import Client

from .errors import EmbeddedError

_CHUNK = 128 * 1024
_PATIENCE = 30.0
_COMPLETE = "204"

Messages = dict[str, int]


def save(url: str, folder: Path) -> Messages:
    """Each stream with its consumers: <name>.json says what it is, <name>.snapshot holds it."""
    folder.mkdir(parents=True, exist_ok=True)

    async def work() -> Messages:
        async with _connected(url) as client:
            return {name: await _save(client, name, folder) for name in await _names(client)}

    return asyncio.run(work())


def load(url: str, folder: Path) -> Messages:
    """Make every saved stream again; one that exists already is left as it is and reported."""

    async def work() -> Messages:
        async with _connected(url) as client:
            names = sorted(path.stem for path in folder.glob("*.json"))
            if there := sorted({*names} & {*await _names(client)}):
                raise EmbeddedError(
                    f"NATS already holds the streams {', '.join(there)}.",
                    "Restore into an empty NATS, or remove them there first.",
                )
            return {name: await _load(client, name, folder) for name in names}

    return asyncio.run(work())


def server_version(url: str) -> str:
    async def work() -> str:
        async with _connected(url) as client:
            return str(client.connected_server_version)

    return asyncio.run(work())


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Client]:
    async def quiet(_: Exception) -> None:
        """The error comes back from connect itself."""

    try:
        client = await nats.connect(url, connect_timeout=5, allow_reconnect=False, error_cb=quiet)
    except (nats.errors.Error, OSError) as error:
        raise EmbeddedError(f"NATS does not answer: {error}", "ludao start, or look at LUDAO_NATS_URL") from error
    try:
        yield client
    except nats.errors.Error as error:
        raise EmbeddedError(f"NATS broke off: {error!r}", "Read its log, then run again.") from error
    finally:
        await client.close()


async def _ask(client: Client, what: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.request(f"$JS.API.{what}", json.dumps(body).encode(), timeout=_PATIENCE)
    return _checked(what, answer.data)


def _checked(what: str, data: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(data) if data else {}
    if problem := said.get("error"):
        raise EmbeddedError(f"NATS refused {what}: {problem.get('description')}", "Read the log of NATS.")
    return said


async def _names(client: Client) -> list[str]:
    """Only what is kept in files: a stream in memory does not outlive its server anyway."""
    found: list[dict[str, Any]] = []
    while True:
        page = await _ask(client, "STREAM.LIST", {"offset": len(found)})
        streams = page.get("streams") or []
        found += streams
        if not streams or len(found) >= page["total"]:
            return sorted(s["config"]["name"] for s in found if s["config"]["storage"] == "file")


async def _save(client: Client, name: str, folder: Path) -> int:
    inbox = client.new_inbox()
    chunks = await client.subscribe(inbox, pending_bytes_limit=-1, pending_msgs_limit=-1)
    asked = {"deliver_subject": inbox, "chunk_size": _CHUNK, "no_consumers": False}
    head = await _ask(client, f"STREAM.SNAPSHOT.{name}", asked)
    with (folder / f"{name}.snapshot").open("wb") as out:
        while (chunk := await chunks.next_msg(timeout=_PATIENCE)).data:
            out.write(chunk.data)
            if chunk.reply:
                await client.publish(chunk.reply)
    end = (chunk.headers or {}).get("Status", _COMPLETE)
    if end != _COMPLETE:
        raise EmbeddedError(f"NATS broke off the snapshot of {name}: {end}", "Run the backup again.")
    await chunks.unsubscribe()
    head = {"config": head["config"], "state": head["state"]}
    (folder / f"{name}.json").write_text(json.dumps(head, ensure_ascii=False, indent=1))
    return int(head["state"]["messages"])


async def _load(client: Client, name: str, folder: Path) -> int:
    head = json.loads((folder / f"{name}.json").read_text())
    where = (await _ask(client, f"STREAM.RESTORE.{name}", head))["deliver_subject"]
    with (folder / f"{name}.snapshot").open("rb") as source:
        while chunk := source.read(_CHUNK):
            answer = await client.request(where, chunk, timeout=_PATIENCE)
            _checked(f"a part of {name}", answer.data)
    made = await client.request(where, b"", timeout=_PATIENCE)
    return int(_checked(f"the stream {name}", made.data)["state"]["messages"])
