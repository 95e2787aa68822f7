"""How often somebody may ask: a token bucket for each token, person and address, one statement for all processes.

Kept as the generic cell rate algorithm (ITU-T I.371): of each caller only the moment is stored at which its bucket
is full again. A request moves it on by one interval, and is refused when it would lie more than a full bucket
ahead. The statement changes one row of an unlogged table: no write-ahead log, so no wait for the disk.
"""

import math
import os
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ludao.base import clock, tasks
from ludao.base.errors import LudaoError
from ludao.base.text import t


@dataclass(frozen=True)
class Rate:
    """So many a minute on the long run, so many at once."""

    name: str
    a_minute: int
    at_once: int

    @property
    def interval(self) -> float:
        return 60 / self.a_minute

    @property
    def window(self) -> int:
        """Seconds in which an empty bucket fills."""
        return math.ceil(self.at_once * self.interval)

    @property
    def policy(self) -> str:
        return f'"{self.name}";q={self.at_once};w={self.window}'


def _rate(name: str, a_minute: int) -> Rate:
    """LUDAO_RATE_TOKEN=3000 and the like say otherwise; a fifth of a minute's share may come at once."""
    given = int(os.environ.get(f"LUDAO_RATE_{name.upper()}", a_minute))
    return Rate(name, given, max(given // 5, 1))


RATES = {
    "token": _rate("token", 1200),
    "person": _rate("person", 600),
    "address": _rate("address", 300),
    "failure": _rate("failure", 30),  # requests with a token that does not hold, by address
}


class TooMany(LudaoError):
    """The bucket is empty."""

    status = 429
    code = "too_many_requests"


@dataclass(frozen=True)
class Left:
    """What a caller has left: requests at once, and seconds until the bucket is full."""

    rate: Rate
    remaining: int
    full_in: float

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes them."""
        return {"RateLimit-Policy": self.rate.policy,
                "RateLimit": f'"{self.rate.name}";r={self.remaining};t={math.ceil(self.full_in)}'}


_TAKE = """
insert into base_meter as m (key, due_at) values (%(key)s, clock_timestamp() + %(step)s * interval '1 s')
on conflict (key) do update set due_at = greatest(m.due_at, clock_timestamp()) + %(step)s * interval '1 s'
    where greatest(m.due_at, clock_timestamp()) + %(step)s * interval '1 s'
        <= clock_timestamp() + %(full)s * interval '1 s'
returning extract(epoch from due_at - clock_timestamp())::float8
"""


def take(rate: Rate, who: str) -> Left:
    """Take one from who's bucket. Raises TooMany with the seconds to wait (`more["wait"]`)."""
    key = f"{rate.name}:{who}"
    step, full = rate.interval, rate.at_once * rate.interval + 0.0005
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key, "step": step, "full": full})
        row = cursor.fetchone()
    if row is None:
        raise _too_many(rate, key)
    ahead: float = row[0]
    return Left(rate, max(int(rate.at_once - ahead / rate.interval + 0.01), 0), max(ahead, 0))


def _too_many(rate: Rate, key: str) -> TooMany:
    with connection.cursor() as cursor:
        cursor.execute("select due_at from base_meter where key = %s", [key])
        row = cursor.fetchone()
    due: datetime = row[0] if row else clock.now()
    ahead = (due - clock.now()).total_seconds()
    wait = max(math.ceil(ahead - (rate.at_once - 1) * rate.interval), 1)
    return TooMany(t(f"请求太频繁，请在 {wait} 秒后再试", f"Too many requests; try again in {wait} s"), wait=wait,
                   left=Left(rate, 0, max(ahead, 0)))


@tasks.daily("03:20", "base.forget_meters")
def forget() -> None:
    """A full bucket needs no row."""
    with connection.cursor() as cursor:
        cursor.execute("delete from base_meter where due_at < now() - interval '1 hour'")
