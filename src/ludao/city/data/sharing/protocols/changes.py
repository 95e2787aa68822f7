"""Changes by pull: what is different since a version, page by page, masked as the grant says.

GET /data/sharing/v1/changes/source.police.resident?since=41&purpose=…   → rows, version, next
"""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ludao.base import sealed
from ludao.base.api import problems
from ludao.base.crypto import sm3

from .. import serving, snapshots
from ..callers import program_of
from ..committing import Entry, commit
from ..models import Grant, Part
from ..refusals import NoGrant
from .lookup import answered

PAGE, MOST = 1000, 10_000


@answered
def pull(request: HttpRequest, address: str) -> HttpResponse:
    """`next` leads on within the same changes; when it is null, ask later with since = version."""
    program = program_of(request)
    served = serving.choose(
        program.actor.organisation, address, "changes", request.GET.get("grant", ""), request.GET.get("purpose", "")
    )
    grant = Grant.objects.get(pk=served.grant)
    if not grant.is_in_force():
        raise NoGrant()
    limit = number(request, "limit", PAGE, MOST)
    since, version, offset = place(request)
    made = snapshots.changes(grant, since) if version is None else snapshots.of(grant, version, since, grant.made_at)
    rows = rows_of(list(made.parts.all()), offset, limit)
    follows = offset + len(rows)
    body = msgspec.json.encode(
        {
            "address": address,
            "grant": grant.number,
            "since": since,
            "version": made.version,
            "rows": rows,
            "masked": grant.masked,
            "next": sealed.seal([grant.pk, since, made.version, follows], "sharing.changes")
            if follows < made.rows
            else None,
        }
    )
    entry = commit(
        Entry(
            grant.pk,
            "changes",
            token=program.token,
            line={
                "address": address,
                **program.line,
                "purpose": grant.purpose,
                "request_id": request.ludao_id,
                "asked": {"since": since, "version": made.version, "offset": offset},
                "rows": len(rows),
                "status": 200,
                "answer": sm3(body).hex(),
                "ms": 0.0,
            },
        )
    )
    response = HttpResponse(body, content_type="application/json")
    for name, value in serving.receipt(entry).items():
        response[name] = value
    return response


def place(request: HttpRequest) -> tuple[int, int | None, int]:
    """Since which version, up to which, from which row."""
    if told := request.GET.get("after", ""):
        try:
            _, since, version, offset = sealed.unseal(told, "sharing.changes")
        except (sealed.Broken, ValueError, TypeError):
            raise problems.malformed(
                "after 应为上一页的 next", "after should be the next of the page before", "after"
            ) from None
        return since, version, offset
    return number(request, "since", None, 2**53), None, 0


def number(request: HttpRequest, name: str, default: int | None, most: int) -> int:
    given = request.GET.get(name, "")
    if not given and default is not None:
        return default
    if not given.isdigit() or int(given) > most:
        raise problems.malformed(
            f"{name} 应为不大于 {most} 的整数", f"{name} should be a whole number up to {most}", name
        )
    return int(given)


def rows_of(parts: list[Part], offset: int, limit: int) -> list[dict[str, object]]:
    """Some rows of the files, in their order."""
    import pyarrow.parquet as pq

    found: list[dict[str, object]] = []
    for part in parts:
        if offset >= part.rows:
            offset -= part.rows
        elif len(found) < limit:
            table = pq.read_table(snapshots.path_of(part)).slice(offset, limit - len(found))
            found += table.to_pylist()
            offset = 0
    return found


urlpatterns = [path("v1/changes/<str:address>", pull, name="changes")]
