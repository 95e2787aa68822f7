"""Two people and an office for the tests of documents; a scanner and a bucket in processes of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, socket
from typing import Any

import pytest

from ludao.base.actor import Actor

SCANNER = Path(__file__).with_name("scanner.py")


@pytest.fixture
def officer(db: None) -> Actor:
    from ludao.blocks.identity.public import Organisation

    Organisation.objects.create(code="t-office", name="测试局", kind="department")
    return Actor(person="7001", name="测甲", post="1", organisation="t-office")


@pytest.fixture
def citizen(db: None) -> Actor:
    return Actor(person="7002", name="测乙")


@pytest.fixture
def scanner() -> Iterator[str]:
    """A process that speaks clamd's protocol and knows the EICAR test file."""
    with running(lambda port: [sys.executable, str(SCANNER), str(port)]) as port:
        yield f"tcp://127.0.0.1:{port}"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of moto's S3, in a process of its own."""
    import boto3

    with running(lambda port: [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]) as port:
        url = f"http://127.0.0.1:{port}"
        given = {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                 "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true", "LUDAO_DOCUMENT_STORE": "s3://ludao/files"}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        boto3.client("s3", endpoint_url=url, region_name="us-east-1").create_bucket(Bucket="ludao")
        yield url


@contextmanager
def running(command: Callable[[int], list[str]]) -> Iterator[int]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(command(port), env={**os.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, process: Any) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args} did not come up")
