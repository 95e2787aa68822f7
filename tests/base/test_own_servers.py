"""The processes of deploy/, started by hand on an operator's own PostgreSQL and NATS."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from ludao.base.embedded import nats
from ludao.base.embedded.access import free_port
from ludao.base.embedded.streams import server_version

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


@contextlib.contextmanager
def process(log: Path, *command: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("ab") as out:
        child = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | environment)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(40)


def get(url: str, log: Path, seconds: float = 60) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
        time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


def test_web_and_worker_on_own_servers(debian: str, tmp_path: Path) -> None:
    port, mqtt, web = free_port(0), free_port(0), free_port(0)
    own = {"NATS_PASSWORD": "k5e3", "NATS_STORE": str(tmp_path / "nats"), "NATS_MQTT": f"127.0.0.1:{mqtt}"}
    city = {
        "DATA": str(tmp_path / "var"), "LUDAO_DATABASE_URL": debian, "PORT": str(web),
        "LUDAO_NATS_URL": f"nats://ludao:k5e3@127.0.0.1:{port}", "LUDAO_PASSPHRASE": "of the keystore",
    }
    ludao = (sys.executable, "-m", "ludao")
    conf = str(ROOT / "deploy" / "nats.conf")
    with process(tmp_path / "nats.log", str(nats.program()), "-a", "127.0.0.1", "-p", str(port), "-c", conf, **own):
        done = subprocess.run([*ludao, "migrate"], env=os.environ | city, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        with (
            process(tmp_path / "web.log", *ludao, "web", "--workers", "1", **city),
            process(tmp_path / "worker.log", *ludao, "worker", **city),
        ):
            assert '"ok"' in get(f"http://127.0.0.1:{web}/readyz", tmp_path / "web.log")
            wait_for_worker(debian, tmp_path / "worker.log")
            assert server_version(city["LUDAO_NATS_URL"])
    assert not (tmp_path / "var" / "postgres").exists()
    assert not (tmp_path / "var" / "nats").exists()


def wait_for_worker(url: str, log: Path) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(300):
            if connection.execute("select 1 from procrastinate_workers").fetchone():
                return
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])


def known_commands() -> set[str]:
    said = subprocess.run([sys.executable, "-m", "ludao", "--help"], capture_output=True, text=True, check=True)
    return {*re.findall(r"^│ (\w+)", said.stdout, re.MULTILINE)}


def test_units_and_containers_start_commands_that_exist() -> None:
    known = known_commands()
    words = [re.search(r"^ExecStart=\S+/(\S+)(?: (\w+))?", unit.read_text(), re.MULTILINE) for unit in UNITS]
    started = {found[2] for found in words if found and found[1] == "ludao"}
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    contained = {service["command"][1] for service in services.values() if service["command"][0] == "ludao"}
    assert started == contained == {"web", "worker", "migrate"}
    assert started <= known


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_runs_without_rights_it_does_not_need(unit: Path) -> None:
    text = unit.read_text()
    for line in ("User=ludao", "EnvironmentFile=/etc/ludao/ludao.env", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert line in text.splitlines()
