"""Every hour: sessions that ran out are noted as over, and what was only good for minutes is thrown away."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from oauth2_provider.models import clear_expired

from ludao.base import clock, tasks
from ludao.blocks.identity.models import Code, Login, Message

KEPT = timedelta(days=2)  # codes and their messages, so that a day's number of them can be counted


@tasks.periodic("23 * * * *", "identity.tidy")
def tidy() -> None:
    now = clock.now()
    Session.objects.filter(expire_date__lt=now).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    Login.objects.filter(~Exists(alive), ended_at=None).update(ended_at=now, ended_how="expired")
    Code.objects.filter(expires_at__lt=now - KEPT).delete()
    Message.objects.filter(expires_at__lt=now - KEPT).delete()
    clear_expired()
