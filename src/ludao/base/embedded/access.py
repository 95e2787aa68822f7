"""The ports and passwords of the embedded servers, kept in one file that only their owner reads."""

import json
import os
import random
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from .account import Account
from .errors import EmbeddedError

# Below the range from which kernels take the ports of outgoing connections, so none is lost by chance.
PORTS = range(20_000, 32_000)


@dataclass
class Access:
    postgres_port: int = 0
    postgres_password: str = ""
    postgres_socket: str = ""
    nats_port: int = 0
    nats_password: str = ""
    mqtt_port: int = 0

    @classmethod
    def read(cls, path: Path) -> "Access":
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            return cls()
        except PermissionError as error:
            raise EmbeddedError(
                f"{path} belongs to another user.",
                "Run as the user who started the servers, or name another folder: DATA=…",
            ) from error
        except (ValueError, TypeError) as error:
            raise EmbeddedError(
                f"{path} cannot be read: {error}",
                f"Remove it and start again; new passwords are made and nothing else is lost: rm {path}",
            ) from error

    def write(self, path: Path, account: Account) -> None:
        account.write(path, json.dumps(asdict(self), indent=1) + "\n")


def password() -> str:
    return secrets.token_urlsafe(24)


def free_port(kept: int, *others: int) -> int:
    """The port kept from last time when it is still free, else another one."""
    for port in (kept, *random.sample(PORTS, 200)):
        if port and port not in others and _is_free(port):
            return port
    raise EmbeddedError("No free port between 20000 and 32000.", "Stop some servers on this machine.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
