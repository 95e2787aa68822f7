"""The second factor: set up by a picture, asked for at the door, replaced by backup codes when the phone is lost."""

import time

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from pydantic import SecretStr

from ludao.base.errors import Problem
from ludao.blocks.identity.account import picture
from ludao.blocks.identity.actions import factors
from ludao.blocks.identity.models import Login


def token_of(device: TOTPDevice, steps: int = 0) -> str:
    """What the app shows; `steps` half minutes from now."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():06d}"


@pytest.fixture
def guarded(city, client, log_in):
    """李雷 has turned it on; gives the device and his backup codes."""
    log_in(client, "lilei")
    assert client.post("/identity/account/totp/", {"password": "ludao-demo"}).url == "/identity/account/totp/code/"
    assert "<svg" in client.get("/identity/account/totp/code/").content.decode()
    device = TOTPDevice.objects.get(user__username="lilei")
    assert client.post("/identity/account/totp/code/", {"token": "000000"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    answer = client.post("/identity/account/totp/code/", {"token": token_of(device)})
    shown = client.get(answer.url)
    assert client.get(answer.url).url == "/identity/account/", "shown once"
    return TOTPDevice.objects.get(user__username="lilei"), shown.context["codes"]


def test_the_door_asks_for_both(guarded, log_in):
    device, _ = guarded
    client = Client()
    assert log_in(client, "lilei", next="/identity/account/").url.startswith("/identity/login/code/")
    assert client.get("/identity/account/").status_code == 404
    assert client.post("/identity/login/code/", {"token": "12345"}).status_code == 422
    answer = client.post("/identity/login/code/", {"token": token_of(device, 1), "next": "/identity/account/"})
    assert answer.url == "/identity/account/"
    assert Login.objects.filter(person__username="lilei").first().means == "totp"


def test_a_code_serves_once(guarded, log_in):
    device, _ = guarded
    one, other = Client(), Client()
    log_in(one, "lilei")
    log_in(other, "lilei")
    token = token_of(device, 1)
    assert one.post("/identity/login/code/", {"token": token}).status_code == 302
    assert other.post("/identity/login/code/", {"token": token}).status_code == 422


def test_a_backup_code_serves_once(guarded, log_in):
    _, codes = guarded
    assert len(set(codes)) == 10
    for expected in (302, 422):
        client = Client()
        log_in(client, "lilei")
        assert client.post("/identity/login/code/", {"token": codes[0].upper()}).status_code == expected


def test_the_second_step_needs_the_first(city, client):
    assert client.get("/identity/login/code/").url == "/identity/login/"
    assert client.post("/identity/login/code/", {"token": "123456"}).url == "/identity/login/"


def test_turning_it_off_needs_the_password(guarded, own, log_in):
    with pytest.raises(Problem):
        factors.drop_totp(own("lilei"), password=SecretStr("guess"))
    factors.drop_totp(own("lilei"), password=SecretStr("ludao-demo"))
    assert log_in(Client(), "lilei").url == "/"


def test_the_picture_obeys_the_content_policy():
    drawn = picture("otpauth://totp/x?secret=AAAA")
    assert drawn.startswith("<svg") and "style" not in drawn and "<script" not in drawn
