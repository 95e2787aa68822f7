"""Claim: the demonstration city starts warm in under ten seconds.

Peer: the bare servers it stands on, PostgreSQL and NATS, started warm in the same folder.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen


def run(scale: float) -> Iterator[dict[str, Any]]:
    from ludao.base.embedded import Embedded

    with tempfile.TemporaryDirectory(prefix="ludao-bench-") as folder:
        cold, warm = serve(folder), serve(folder)
        servers = Embedded(Path(folder))
        began = time.perf_counter()
        servers.start()
        bare = time.perf_counter() - began
        servers.stop()
    yield {"name": "start.seconds", "value": warm, "unit": "s", "peer": "bare PostgreSQL and NATS", "peer_value": bare,
           "ratio": warm / bare, "scale": scale, "note": "second `ludao demo`, until the portal answers"}
    yield {"name": "start.cold_seconds", "value": cold, "unit": "s", "scale": scale,
           "note": "first one: creates, migrates, loads the city"}


def serve(folder: str) -> float:
    """Seconds until the portal answers; then Ctrl-C, and wait until all is down."""
    port = free_port()
    environment = {**os.environ, "DATA": folder, "PORT": str(port)}
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        city = subprocess.Popen([sys.executable, "-m", "ludao", "demo"], env=environment, stdout=said, stderr=said)
        try:
            while not answers(port):
                if city.poll() is not None:
                    said.seek(0)
                    raise RuntimeError(said.read().decode()[-2000:])
                time.sleep(0.05)
            return time.perf_counter() - began
        finally:
            city.send_signal(signal.SIGINT)
            city.wait(60)


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
