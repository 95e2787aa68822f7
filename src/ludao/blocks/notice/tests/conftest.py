"""People of a small office; a mail server and the operators of text messages and WeChat in processes of their own."""

import mailbox
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from socket import create_connection, socket
from typing import Any

import httpx
import pytest

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation, Person, Post

GATEWAY = Path(__file__).with_name("gateway.py")
HOUSE = Actor.system("测试局")
KEY, TOKEN = "sms-key", "wechat-token"


@dataclass
class Office:
    """Everybody by user name, in one organisation."""

    organisation: Organisation
    people: dict[str, Person]

    def actor(self, name: str) -> Actor:
        return Actor(person=str(self.people[name].pk), name=self.people[name].name)


def office() -> Office:
    body = Organisation.objects.create(code="t-office", name="测试局", kind="department")
    people = {}
    for number, name in enumerate(("jia", "yi", "bing")):
        person = Person(username=f"t-{name}", name=f"测{name}", email=f"{name}@example.test")
        person.phone = f"1380000000{number}"
        person.save()
        Post.objects.create(person=person, organisation=body, title="科员")
        people[name] = person
    return Office(body, people)


@pytest.fixture
def town(db: None) -> Office:
    return office()


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], list[Message]]]:
    """A mail server (aiosmtpd) in a process of its own; the fixture reads what came, oldest first."""
    box = tmp_path / "mails"
    words = ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Mailbox"]
    with running(lambda port: [sys.executable, *words, "-l", f"127.0.0.1:{port}", str(box)]) as port:
        monkeypatch.setenv("LUDAO_SMTP", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("LUDAO_MAIL_FROM", "鹭岛 <noreply@ludao.test>")
        yield lambda: sorted(mailbox.Maildir(box, create=True), key=lambda mail: str(mail["Date"]))


@dataclass
class Operator:
    """The gateway's own side doors."""

    url: str

    def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/log").json()
        return found

    def behave(self, **mood: Any) -> None:
        httpx.post(f"{self.url}/behave", json=mood)

    def report(self, **what: Any) -> int:
        return int(httpx.post(f"{self.url}/report", json=what).json()["status"])


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    from ludao.blocks.notice.channels import wechat

    wechat._token.clear()
    with running(lambda port: [sys.executable, str(GATEWAY), str(port), KEY, TOKEN]) as port:
        url = f"http://127.0.0.1:{port}"
        for name, value in {"LUDAO_SMS_URL": f"{url}/sms", "LUDAO_SMS_KEY": KEY, "LUDAO_SMS_INVENTED": "1",
                            "LUDAO_WECHAT_URL": url, "LUDAO_WECHAT_APPID": "wx1", "LUDAO_WECHAT_SECRET": "s",
                            "LUDAO_WECHAT_TEMPLATE": "t1", "LUDAO_WECHAT_TOKEN": TOKEN}.items():
            monkeypatch.setenv(name, value)
        yield Operator(url)


@contextmanager
def running(command: Callable[[int], list[str]]) -> Iterator[int]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
