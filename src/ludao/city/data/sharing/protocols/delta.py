"""Delta Sharing, the open protocol: a grant is a share, its entry a table, its files hold only what was granted.

https://github.com/delta-io/delta-sharing/blob/main/PROTOCOL.md, response format parquet, with change data feed.
"""

import json
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import path, reverse

from ludao.base import sealed
from ludao.base.api import problems
from ludao.base.crypto import sm3
from ludao.base.errors import Problem
from ludao.base.models import Token
from ludao.base.streaming import stream
from ludao.base.text import t
from ludao.blocks.identity.public import ancestors

from .. import snapshots
from ..callers import Program, program_of
from ..committing import Entry, commit
from ..models import Grant, Part, Snapshot
from ..refusals import NoGrant
from .lookup import answered

LIFE_S = 900  # of the address of a file
PAGE = 500
BLOCK = 64 * 2**10
NDJSON = "application/x-ndjson; charset=utf-8"


def shares_of(program: Program) -> list[Grant]:
    """The grants of the program's organisation that may be had in batches, in force today."""
    units = [program.actor.organisation, *ancestors(program.actor.organisation)]
    every = Grant.objects.filter(organisation_id__in=units, state="open", ways__contains=["batch"]).order_by("pk")
    return [grant for grant in every[:PAGE] if grant.is_in_force()]


def names(grant: Grant) -> tuple[str, str, str]:
    """Share, schema and table: GX2022000012, source_police, resident."""
    *before, last = grant.address.split(".")
    return grant.number, "_".join(before) or "lake", last


def share(program: Program, name: str) -> Grant:
    found = next((g for g in shares_of(program) if g.number.lower() == name.lower()), None)
    if found is None:
        raise NoGrant()
    return found


def table(program: Program, name: str, schema: str, table_name: str) -> Grant:
    found = share(program, name)
    if tuple(n.lower() for n in names(found)[1:]) != (schema.lower(), table_name.lower()):
        raise NoGrant()
    return found


def listed(items: Iterable[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"items": list(items)})


@answered
def shares(request: HttpRequest) -> HttpResponse:
    return listed({"name": g.number, "id": str(g.pk)} for g in shares_of(program_of(request)))


@answered
def one_share(request: HttpRequest, share_name: str) -> HttpResponse:
    found = share(program_of(request), share_name)
    return JsonResponse({"share": {"name": found.number, "id": str(found.pk)}})


@answered
def schemas(request: HttpRequest, share_name: str) -> HttpResponse:
    found = share(program_of(request), share_name)
    return listed([{"name": names(found)[1], "share": found.number}])


@answered
def tables(request: HttpRequest, share_name: str, schema: str = "") -> HttpResponse:
    found = share(program_of(request), share_name)
    name, in_schema, in_table = names(found)
    if schema and schema.lower() != in_schema.lower():
        raise NoGrant()
    return listed(
        [{"name": in_table, "schema": in_schema, "share": name, "shareId": str(found.pk), "id": str(found.pk)}]
    )


@answered
def version(request: HttpRequest, share_name: str, schema: str, table_name: str) -> HttpResponse:
    found = table(program_of(request), share_name, schema, table_name)
    answer = HttpResponse(status=200)
    answer["delta-table-version"] = str(version_at(found, request.GET.get("startingTimestamp", "")))
    return answer


def version_at(grant: Grant, moment: str) -> int:
    """The newest version, or the first one at or after a moment."""
    from ludao.blocks.lake import public as lake

    if not moment:
        return int(lake.describe(grant.address).version)
    at = moment_of(moment)
    later = [v.number for v in lake.versions(grant.address) if v.at >= at]
    if not later:
        raise Problem(t("这一时间之后没有版本", "There is no version after that moment"), field="startingTimestamp")
    return min(later)


def moment_of(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise problems.malformed("时间应为 ISO 8601", "The time should be ISO 8601", "startingTimestamp") from error
    if at.tzinfo is None:
        raise problems.malformed("时间应带时区", "The time needs a zone", "startingTimestamp")
    return at


@answered
def metadata(request: HttpRequest, share_name: str, schema: str, table_name: str) -> HttpResponse:
    found = table(program_of(request), share_name, schema, table_name)
    made = snapshots.current(found)
    return lines(made.version, head(found, made))


@answered
def query(request: HttpRequest, share_name: str, schema: str, table_name: str) -> HttpResponse:
    """Hints only: predicates may be ignored by a server; a limit leaves out files beyond it."""
    program = program_of(request)
    found = table(program, share_name, schema, table_name)
    asked = body_of(request)
    if asked.get("version") is not None or asked.get("timestamp") is not None:
        made = past(found, asked)
    else:
        made = snapshots.current(found)
    limit = asked.get("limitHint")
    chosen, rows = [], 0
    for part in made.parts.all():
        if isinstance(limit, int) and rows >= limit:
            break
        chosen.append(part)
        rows += part.rows
    told = [
        *head(found, made),
        *(
            {
                "file": {
                    "url": url_of(request, program, p),
                    "id": p.sm3,
                    "partitionValues": {},
                    "size": p.size,
                    "stats": json.dumps({"numRecords": p.rows}),
                    "expirationTimestamp": int((time.time() + LIFE_S) * 1000),
                }
            }
            for p in chosen
        ),
    ]
    noted(program, found, "batch", request, {"version": made.version, "limit": limit}, rows, chosen)
    return lines(made.version, told)


def past(grant: Grant, asked: dict[str, Any]) -> Snapshot:
    """An earlier version, while the lake keeps it."""
    from ludao.blocks.lake import public as lake

    known = lake.versions(grant.address)
    if asked.get("version") is not None:
        wanted = next((v for v in known if v.number == asked["version"]), None)
    else:
        at = moment_of(str(asked["timestamp"]))
        wanted = next((v for v in known if v.at <= at), None)
    if wanted is None:
        raise Problem(t("没有这个版本", "There is no such version"), field="version")
    return snapshots.of(grant, wanted.number, None, wanted.at)


@answered
def changes(request: HttpRequest, share_name: str, schema: str, table_name: str) -> HttpResponse:
    """From startingVersion on, up to now: what is different, by key."""
    program = program_of(request)
    found = table(program, share_name, schema, table_name)
    if "changes" not in found.ways:
        raise NoGrant()
    given = request.GET.get("startingVersion", "")
    start = (
        int(given)
        if given.isdigit()
        else version_at(found, request.GET.get("startingTimestamp", ""))
        if (request.GET.get("startingTimestamp"))
        else None
    )
    if start is None or start < 1:
        raise problems.malformed(
            "请给出 startingVersion（不小于1）或 startingTimestamp",
            "Give a startingVersion (1 or more) or a startingTimestamp",
            "startingVersion",
        )
    made = snapshots.changes(found, start - 1)
    parts = list(made.parts.all())
    told = [
        *head(found, snapshots.current(found)),
        *(
            {
                "cdf": {
                    "url": url_of(request, program, p),
                    "id": p.sm3,
                    "partitionValues": {},
                    "size": p.size,
                    "timestamp": int(made.at.timestamp() * 1000),
                    "version": made.version,
                    "expirationTimestamp": int((time.time() + LIFE_S) * 1000),
                }
            }
            for p in parts
        ),
    ]
    noted(program, found, "changes", request, {"since": start - 1, "version": made.version}, made.rows, parts)
    return lines(made.version, told)


def body_of(request: HttpRequest) -> dict[str, Any]:
    if request.method != "POST":
        raise problems.NotAllowed(t("这里只接受 POST", "Only POST is known here"), headers={"Allow": "POST"})
    try:
        asked = json.loads(request.body or b"{}")
    except ValueError as error:
        raise problems.malformed("请求体应为 JSON", "The body should be JSON") from error
    return asked if isinstance(asked, dict) else {}


def head(grant: Grant, made: Snapshot) -> list[dict[str, Any]]:
    fields = [f for f in made.schema["fields"] if not f["name"].startswith("_change")]
    return [
        {"protocol": {"minReaderVersion": 1}},
        {
            "metaData": {
                "id": f"{grant.number}-{made.schema['terms']}",
                "name": grant.address,
                "description": grant.title,
                "format": {"provider": "parquet"},
                "schemaString": json.dumps({"type": "struct", "fields": fields}),
                "partitionColumns": [],
                "configuration": {"enableChangeDataFeed": "true"},
                "version": made.version,
                "size": made.size,
                "numFiles": made.parts.count(),
            }
        },
    ]


def lines(number: int, told: Iterable[dict[str, Any]]) -> HttpResponse:
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)
    answer = HttpResponse(text, content_type=NDJSON)
    answer["delta-table-version"] = str(number)
    return answer


def noted(
    program: Program,
    grant: Grant,
    way: str,
    request: HttpRequest,
    asked: dict[str, Any],
    rows: int,
    parts: Iterable[Part],
) -> None:
    """One line in the message log for each query; the answer's digest is that of its files' digests."""
    told = "".join(p.sm3 for p in parts).encode()
    commit(
        Entry(
            grant.pk,
            way,
            token=program.token,
            line={
                "address": grant.address,
                **program.line,
                "purpose": grant.purpose,
                "request_id": request.ludao_id,
                "asked": asked,
                "rows": rows,
                "status": 200,
                "answer": sm3(told).hex(),
                "ms": 0.0,
            },
        )
    )


def url_of(request: HttpRequest, program: Program, part: Part) -> str:
    """Good for a quarter of an hour, for this token, for this file."""
    told = sealed.seal({"part": part.pk, "until": int(time.time()) + LIFE_S, "token": program.token}, "sharing.file")
    return request.build_absolute_uri(reverse("data_sharing:file", args=[told]))


@answered
def file(request: HttpRequest, told: str) -> HttpResponseBase:
    """The file of a sealed address, whole or a range of it, while token and grant hold."""
    try:
        said = sealed.unseal(told, "sharing.file")
    except sealed.Broken:
        raise NoGrant() from None
    part = Part.objects.select_related("snapshot__grant").filter(pk=said["part"]).first()
    if (
        part is None
        or said["until"] < time.time()
        or not part.snapshot.grant.is_in_force()
        or not (Token.objects.filter(pk=said["token"], revoked_at=None).exists())
    ):
        raise NoGrant()
    return ranged(request, part)


def ranged(request: HttpRequest, part: Part) -> HttpResponseBase:
    """RFC 9110, 14: one range; anything else gets the whole."""
    place, size = snapshots.path_of(part), part.size
    start, end = range_of(request.headers.get("Range", ""), size)
    if start > end:
        answer: HttpResponseBase = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{size}"
        return answer
    if request.method == "HEAD":
        answer = HttpResponse(content_type="application/octet-stream")
    else:
        answer = stream(request, _blocks(place, start, end), "application/octet-stream")
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Length"] = str(end - start + 1)
    answer["Content-Encoding"] = "identity"
    answer["ETag"] = f'"{part.sm3}"'
    if (start, end) != (0, size - 1) and request.method != "HEAD":
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{end}/{size}"
    return answer


def range_of(header: str, size: int) -> tuple[int, int]:
    unit, _, given = header.partition("=")
    first, dash, last = given.partition("-")
    if unit != "bytes" or not dash or "," in given or not (first + last).isdigit():
        return 0, size - 1
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)


def _blocks(place: Any, start: int, end: int) -> Iterable[bytes]:
    with place.open("rb") as content:
        content.seek(start)
        left = end - start + 1
        while left > 0 and (block := content.read(min(BLOCK, left))):
            left -= len(block)
            yield block


_SHARE = "v1/delta/shares/<str:share_name>"
_TABLE = _SHARE + "/schemas/<str:schema>/tables/<str:table_name>"
urlpatterns = [
    path("v1/delta/shares", shares, name="shares"),
    path(_SHARE, one_share, name="share"),
    path(_SHARE + "/schemas", schemas, name="schemas"),
    path(_SHARE + "/schemas/<str:schema>/tables", tables, name="tables"),
    path(_SHARE + "/all-tables", tables, name="all-tables"),
    path(_TABLE + "/version", version, name="table-version"),
    path(_TABLE + "/metadata", metadata, name="table-metadata"),
    path(_TABLE + "/query", query, name="table-query"),
    path(_TABLE + "/changes", changes, name="table-changes"),
    path("v1/files/<str:told>", file, name="file"),
]
