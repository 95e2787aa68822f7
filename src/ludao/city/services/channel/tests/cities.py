"""A second city that runs beside the first: its own database, keys and web process."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from ludao.base.embedded.access import free_port
from ludao.base.testing import databases
from ludao.city.services.channel import keys


class Running:
    """One city: its own database, its own folder of keys, its web process."""

    def __init__(self, source: str, name: str, folder: Path) -> None:
        self.database, self.folder = name, folder
        databases.copy(source, name)
        params = connection.get_connection_params()
        url = f"postgresql://{params['user']}:{params.get('password', '')}@/{name}?host={params['host']}"
        if params.get("port"):
            url += f"&port={params['port']}"
        port = free_port(0)
        self.address = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "DATA": str(folder), "LUDAO_DATABASE_URL": url}
        self.child = subprocess.Popen(
            [sys.executable, "-m", "ludao", "web", "--port", str(port), "--workers", "1"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=2)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError("the city did not come up")

    @contextmanager
    def acting(self) -> Iterator[None]:
        """This process stands for that city."""
        secrets = self.folder / "secrets"
        before = keys.store
        keys.store = lambda: keys._store(secrets)  # type: ignore[assignment]
        try:
            with databases.using(self.database):
                yield
        finally:
            keys.store = before

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait(30)
        databases.drop(self.database)
