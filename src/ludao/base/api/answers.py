"""Once and not twice: the first answer to an Idempotency-Key is kept for a day and given again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from ludao.base import clock, tasks
from ludao.base.actor import Actor
from ludao.base.api.problems import malformed
from ludao.base.crypto import sm3
from ludao.base.errors import LudaoError, Problem
from ludao.base.models import Answer
from ludao.base.sealed import seal, unseal
from ludao.base.text import t

HEADER = "Idempotency-Key"
PATTERN = r"^[\x21-\x7e]{1,200}$"
KEPT = timedelta(days=1)


def once(actor: Actor, key: str | None, digest: str, do: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], bool]:
    """The answer, and whether it was given before. Of two at the same time the second waits for the first."""
    if key is None:
        return do(), False
    if not re.match(PATTERN, key):
        raise malformed("应为1至200个可见的 ASCII 字符", "It must be 1 to 200 visible ASCII characters", HEADER)
    with transaction.atomic():
        claim = _claim(actor, key, digest)
        if claim is None:
            return _before(actor, key, digest), True
        try:
            answer = do()
        except LudaoError as error:
            # What was refused may be mended and sent again; the audit line of the attempt must still be kept.
            Answer.objects.filter(pk=claim).delete()
            failure = error
        else:
            Answer.objects.filter(pk=claim).update(answer=seal(answer, f"answer.{key}"))
            return answer, False
    raise failure


def _key_digest(actor: Actor, key: str) -> str:
    return sm3(f"{actor.post}|{key}".encode()).hex()


def _claim(actor: Actor, key: str, digest: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into base_answer (person, key_digest, request_digest, answer) values (%s, %s, %s, '')"
            " on conflict do nothing returning id", [actor.person, _key_digest(actor, key), digest])
        row = cursor.fetchone()
    return row[0] if row else None


def _before(actor: Actor, key: str, digest: str) -> dict[str, Any]:
    kept = Answer.objects.get(person=actor.person, key_digest=_key_digest(actor, key))
    if kept.request_digest != digest:
        raise Problem(t("这个键已用于另一个请求，请换一个", "This key was used for another request; take another"),
                      field=HEADER)
    answer: dict[str, Any] = unseal(kept.answer, f"answer.{key}")
    return answer


@tasks.daily("03:40", "base.forget_answers")
def forget() -> None:
    Answer.objects.filter(at__lt=clock.now() - KEPT).delete()
