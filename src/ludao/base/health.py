"""Is it up, is it ready, what is wrong and which command mends it: for balancers and for `ludao doctor`."""

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from ludao.base import clock, registry
from ludao.base.embedded import Embedded, EmbeddedError
from ludao.base.embedded.streams import server_version


@dataclass(frozen=True)
class Component:
    """One part of the installation: its state is up, down or warning."""

    name: str
    state: str
    version: str = ""
    where: str = ""
    mend: str = ""


blocks: list[Callable[[], Component]] = []  # what blocks have to say, told when they are ready


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when this process can serve: the database answers and its tables are the code's."""
    parts = [database(), migrations()]
    ok = all(part.state == "up" for part in parts)
    return JsonResponse({"status": "ok" if ok else "not ready", "components": [asdict(p) for p in parts]},
                        status=200 if ok else 503)


def components() -> list[Component]:
    """Everything an operator asks about, each with the command that mends it."""
    found = [Component(c.name, c.state, c.version, c.where, c.mend) for c in _servers()]
    found.append(database())
    if found[-1].state == "up":
        found += [migrations(), workers(), parked()]
    return [*found, *(tell() for tell in blocks), calendar(), chinese_type(), bundle(), disk()]


def _servers() -> list[Any]:
    """The embedded ones, and an own NATS where one is named."""
    own = {"postgres": "LUDAO_DATABASE_URL", "nats": "LUDAO_NATS_URL"}
    found: list[Any] = [c for c in Embedded(settings.DATA).state() if not os.environ.get(own[c.name.lower()])]
    return [*found, *([_own_nats(url)] if (url := os.environ.get("LUDAO_NATS_URL")) else [])]


def _own_nats(url: str) -> Component:
    where = url.rpartition("@")[2]  # never the password
    try:
        return Component("nats", "up", server_version(url), where)
    except (EmbeddedError, OSError) as error:
        return Component("nats", "down", "", where, f"start it, or mend LUDAO_NATS_URL  ({error})")


def database() -> Component:
    where = f"{settings.DATABASES['default']['HOST']}:{settings.DATABASES['default']['PORT']}"
    try:
        with connection.cursor() as cursor:
            cursor.execute("show server_version")
            return Component("database", "up", cursor.fetchone()[0], where)
    except DatabaseError as error:
        return Component("database", "down", "", where, f"ludao start  ({str(error).splitlines()[0]})")


def migrations() -> Component:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Component("migrations", "down", f"{len(missing)} missing", "", "ludao migrate") if missing else Component(
        "migrations", "up")


def workers() -> Component:
    """Workers leave a heartbeat; one younger than a minute is alive."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_workers"
                       " where last_heartbeat > now() - interval '1 minute'")
        number = cursor.fetchone()[0]
    return Component("workers", "up" if number else "warning", f"{number} alive", "", "" if number else "ludao worker")


def parked() -> Component:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from base_delivery where state = 'parked'")
        number = cursor.fetchone()[0]
    return Component("events", "warning" if number else "up", f"{number} parked", "",
                     "look at them and replay: /base/delivery/?state=parked" if number else "")


def calendar() -> Component:
    """Deadlines reach some months ahead; the holidays of those months must be known by then."""
    year = clock.LAST_KNOWN_YEAR
    is_known = clock.is_known((clock.today() + timedelta(days=60)).year)
    return Component("calendar", "up" if is_known else "warning", f"holidays known to {year}", "",
                     "" if is_known else "uv lock --upgrade-package chinese_calendar, then make setup")


def chinese_type() -> Component:
    """Documents are set in Noto CJK; without it a PDF would show boxes."""
    is_here = has_chinese_type()
    return Component("chinese type", "up" if is_here else "warning", "Noto CJK" if is_here else "missing", "",
                     "" if is_here else "apt-get install fonts-noto-cjk")


def has_chinese_type() -> bool:
    return "Noto Sans CJK SC" in typst.Fonts().families()


def bundle() -> Component:
    path = registry.PACKAGE / "static" / "ludao" / "manifest.json"
    return Component("front end", "up", "", str(path.parent)) if path.exists() else Component(
        "front end", "down", "not built", str(path.parent), "make frontend")


def disk() -> Component:
    data: Path = settings.DATA
    free = shutil.disk_usage(data if data.exists() else data.parent).free / 2**30
    return Component("disk", "up" if free > 5 else "warning", f"{free:.1f} GiB free", str(data),
                     "" if free > 5 else "free some space, or name another folder: DATA=…")
