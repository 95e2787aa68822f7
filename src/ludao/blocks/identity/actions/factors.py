"""The second factor: one-time codes from an app, and backup codes for the day the phone is lost."""

import base64
import secrets
from typing import Annotated

from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from pydantic import Field

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity.actions.accounts import Password, me, require_password
from ludao.blocks.identity.models import Person

BACKUP_CODES = 10
Token = Annotated[str, Field(title=t("动态码", "One-time code"), min_length=6, max_length=6)]


@action("identity.begin_totp", title=t("开始设置动态码", "Begin with one-time codes"), icon="shield")
def begin_totp(actor: Actor, password: Password) -> str:
    """A fresh secret, not yet in force; gives the otpauth:// address that the app reads as a picture."""
    person = me(actor)
    require_password(person, password, "password")
    TOTPDevice.objects.filter(user=person, confirmed=False).delete()
    device: TOTPDevice = TOTPDevice.objects.create(user=person, name=person.username, confirmed=False)
    return str(device.config_url)


@action("identity.confirm_totp", title=t("启用动态码", "Turn one-time codes on"), icon="shield-check")
def confirm_totp(actor: Actor, token: Token) -> list[str]:
    """From now on log-in asks for it. Gives the backup codes, which are shown once."""
    person = me(actor)
    device = TOTPDevice.objects.filter(user=person, confirmed=False).first()
    if device is None or not device.verify_token(token):
        raise Problem(t("动态码不对，请看手机上的最新一个（手机时间要准）",
                        "Wrong: take the newest one; the phone's clock must be right"),
                      field="token")
    TOTPDevice.objects.filter(user=person, confirmed=True).delete()
    device.confirmed = True
    device.save()
    return fresh_backup_codes(person)


@action("identity.drop_totp", title=t("停用动态码", "Turn one-time codes off"), icon="shield-off",
        confirm=t("停用后只凭口令即可登录。", "Afterwards the password alone lets you in."))
def drop_totp(actor: Actor, password: Password) -> Person:
    person = me(actor)
    require_password(person, password, "password")
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
    return person


@action("identity.renew_backup_codes", title=t("更换备用码", "New backup codes"), icon="refresh")
def renew_backup_codes(actor: Actor, password: Password) -> list[str]:
    person = me(actor)
    require_password(person, password, "password")
    return fresh_backup_codes(person)


def fresh_backup_codes(person: Person) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person, name="backup")
    codes = [base64.b32encode(secrets.token_bytes(5)).decode().lower() for _ in range(BACKUP_CODES)]
    for code in codes:
        device.token_set.create(token=code)
    return codes
