"""Mail over SMTP: `LUDAO_SMTP=smtp://user:password@host:587?tls=1` (or smtps://), sender `LUDAO_MAIL_FROM`."""

import os
import smtplib
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail import EmailMessage, get_connection
from django.utils.translation import override

from ludao.base.text import t
from ludao.blocks.identity.public import Person
from ludao.blocks.notice.channels.failing import Failed, Unreachable
from ludao.blocks.notice.models import Notice, Sending
from ludao.blocks.notice.reaching import address_in_full, language_of

TIMEOUT = 15


def is_on() -> bool:
    return bool(os.environ.get("LUDAO_SMTP"))


def address_of(person: Person) -> str:
    return person.email


def send(sending: Sending, address: str) -> str:
    """The same sending tried twice carries the same Message-ID, so that a mailbox can tell."""
    notice = sending.notice
    with override(language_of(notice.person)):
        return _post(address, str(notice), _body(notice), str(sending.token))


def send_digest(person: Person, sendings: Sequence[Sending]) -> str:
    """Several notices in one mail."""
    with override(language_of(person)):
        subject = str(t(f"鹭岛消息汇总（{len(sendings)} 条）", f"Ludao digest ({len(sendings)} notices)"))
        parts = [f"■ {one.notice}\n{_body(one.notice)}" for one in sendings]
        return _post(person.email, subject, "\n\n".join(parts), str(sendings[0].token))


def _body(notice: Notice) -> str:
    link = address_in_full(notice.about)
    return f"{notice.text}\n\n{link}" if link else notice.text


def _post(address: str, subject: str, body: str, token: str) -> str:
    number = f"<{token}@{_sender().rpartition('@')[2].strip('>')}>"
    message = EmailMessage(" ".join(subject.splitlines()), body, _sender(), [address], connection=_connection(),
                           headers={"Message-ID": number, "Auto-Submitted": "auto-generated"})
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise (Unreachable if code >= 500 else Failed)(f"SMTP {error.recipients}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Failed(f"{type(error).__name__}: {error}") from error
    return number


def _sender() -> str:
    return os.environ.get("LUDAO_MAIL_FROM", "ludao@localhost")


def _connection() -> Any:
    door = urlsplit(os.environ["LUDAO_SMTP"])
    is_ssl = door.scheme == "smtps"
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host=door.hostname or "127.0.0.1",
        port=door.port or (465 if is_ssl else 25), username=unquote(door.username or ""),
        password=unquote(door.password or ""), use_ssl=is_ssl, use_tls=parse_qs(door.query).get("tls") == ["1"],
        timeout=TIMEOUT)
