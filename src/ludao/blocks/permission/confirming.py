"""Making sure once more that it is the person: the one-time code where there is one, else the password."""

from datetime import timedelta

from django.db import connection
from django_otp import devices_for_user
from django_otp.plugins.otp_totp.models import TOTPDevice

from ludao.base import clock
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity.public import Person
from ludao.blocks.permission.models import Attempt

TRIES, WITHIN = 5, timedelta(minutes=15)


def confirm(person_id: int, password: str, code: str) -> str:
    """By what the person was confirmed: "totp" or "password". Raises Problem; five failures shut it for a while."""
    since = clock.now() - WITHIN
    if Attempt.objects.filter(person=person_id, at__gt=since).count() >= TRIES:
        raise Problem(t("核验失败次数过多，请 15 分钟后再试", "Too many failures; try again in 15 minutes"))
    person = Person.objects.get(pk=person_id)
    devices = [d for d in devices_for_user(person, confirmed=True) if isinstance(d, TOTPDevice)]
    if devices:
        if any(device.verify_token(code) for device in devices):
            return "totp"
        _note_failure(person_id)
        raise Problem(t("动态码不对", "That code is not right"), field="code")
    if person.check_password(password):
        return "password"
    _note_failure(person_id)
    raise Problem(t("口令不对", "That password is not right"), field="password")


def _note_failure(person_id: int) -> None:
    """On a connection of its own, so that the refusal does not take the note back with it."""
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute("insert into permission_attempt (person_id, at) values (%s, %s)", [person_id, clock.now()])
    finally:
        apart.close()
