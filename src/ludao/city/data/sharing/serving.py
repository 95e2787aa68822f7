"""Answers a keyed lookup under a grant: which grant, its rows from the lake, masked, logged, signed."""

import base64
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ludao.base import clock
from ludao.base.crypto import sm3
from ludao.base.errors import Problem
from ludao.base.masks import mask
from ludao.base.text import t
from ludao.blocks.identity.public import ancestors
from ludao.blocks.lake import public as lake

from . import keys, refusals
from .callers import Program
from .committing import Entry, commit
from .models import Grant

MOST_KEYS = 100
TRUST = 1.0  # seconds that a process remembers a grant; whether it holds is settled at every commit


@dataclass(frozen=True)
class Served:
    """A grant as it is served: all that a lookup needs to know."""

    grant: int
    number: str
    address: str
    columns: tuple[str, ...]
    masks: Mapping[str, str]
    key: tuple[str, ...]
    hidden: frozenset[str]
    purpose: str
    ways: tuple[str, ...]
    is_open: bool

    @classmethod
    def of(cls, grant: Grant) -> "Served":
        return cls(
            grant.pk,
            grant.number,
            grant.address,
            tuple(grant.columns),
            dict(grant.masks),
            tuple(grant.key),
            frozenset(grant.hidden_keys),
            grant.purpose,
            tuple(grant.ways),
            grant.is_in_force(),
        )


@dataclass(frozen=True)
class Answer:
    body: bytes
    headers: dict[str, str]


_remembered: dict[tuple[str, str], tuple[float, list[Served]]] = {}


def forget() -> None:
    """What this process remembers of grants."""
    _remembered.clear()


def grants_of(organisation: str, address: str) -> list[Served]:
    """The grants of an organisation (or one above it) for an entry, the newest first."""
    known = _remembered.get((organisation, address))
    if known and time.monotonic() - known[0] < TRUST:
        return known[1]
    units = [organisation, *ancestors(organisation)]
    rows = Grant.objects.filter(address=address, organisation_id__in=units).order_by("-pk")[:20]
    found = [Served.of(grant) for grant in rows]
    if len(_remembered) > 10_000:
        _remembered.clear()
    _remembered[organisation, address] = (time.monotonic(), found)
    return found


def choose(organisation: str, address: str, way: str, number: str = "", purpose: str = "") -> Served:
    """The grant that is meant: by its number, by its purpose, or the only one. Raises NoGrant or a Problem."""
    every = [g for g in grants_of(organisation, address) if way in g.ways]
    if number:
        every = [g for g in every if g.number == number]
    elif len([g for g in every if g.is_open]) > 1:
        every = [g for g in every if g.is_open and g.purpose == purpose] or _ask_which(every)
    if not organisation or not every:
        raise refusals.NoGrant()
    return next((g for g in every if g.is_open), every[0])


def _ask_which(every: Sequence[Served]) -> list[Served]:
    numbers = "、".join(f"{g.number}（{g.purpose}）" for g in every if g.is_open)
    raise Problem(
        t(
            f"贵单位对该数据有多项授权，请用 grant 指明：{numbers}",
            f"There are several grants; name one as grant: {numbers}",
        ),
        field="grant",
    )


def answer(
    program: Program,
    address: str,
    asked: Sequence[Mapping[str, str]],
    purpose: str,
    number: str,
    request_id: str,
) -> Answer:
    """Rows by key. The log has it before this returns."""
    began = time.perf_counter()
    if not purpose.strip():
        raise Problem(t("请说明用途（purpose）", "Say the purpose"), field="purpose")
    served = choose(program.actor.organisation, address, "lookup", number, purpose)
    wanted = checked(served, asked)
    rows = look_up(served, wanted) if served.is_open else []
    body = msgspec.json.encode(
        {
            "address": served.address,
            "grant": served.number,
            "rows": rows,
            "masked": sorted(served.masks),
            "as_of": clock.now().isoformat(timespec="seconds"),
            "request_id": request_id,
        }
    )
    entry = commit(
        Entry(
            served.grant,
            "lookup",
            token=program.token,
            cost=len(wanted),
            line={
                "address": served.address,
                **program.line,
                "purpose": purpose.strip()[:200],
                "request_id": request_id,
                "asked": shown(served, wanted),
                "rows": len(rows),
                "status": 200,
                "answer": sm3(body).hex(),
                "ms": round((time.perf_counter() - began) * 1000, 1),
            },
        )
    )
    return Answer(body, receipt(entry))


def checked(served: Served, asked: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Each is a whole key, and there are not too many."""
    if not 1 <= len(asked) <= MOST_KEYS:
        raise Problem(t(f"一次查询 1 至 {MOST_KEYS} 个键", f"Ask for 1 to {MOST_KEYS} keys at a time"), field="keys")
    for one in asked:
        if set(one) != set(served.key) or not all(isinstance(v, str | int) for v in one.values()):
            raise Problem(
                t(f"每个键应给出：{'、'.join(served.key)}", f"Each key gives: {', '.join(served.key)}"), field="keys"
            )
    return [{name: one[name] for name in served.key} for one in asked]


def look_up(served: Served, wanted: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    rows = lake.lookup(served.address, list(wanted), served.columns)
    return [masked(served, row) for row in rows]


def masked(served: Served, row: Mapping[str, Any]) -> dict[str, Any]:
    """The granted columns only, the sensitive ones hidden as the grant says."""
    return {
        name: mask(served.masks[name], str(row[name])) if name in served.masks and row[name] is not None else row[name]
        for name in served.columns
    }


def shown(served: Served, wanted: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What was asked, as it may stand in a log: sensitive keys only as a keyed digest."""

    def one(given: Mapping[str, str]) -> str:
        return "|".join(
            keys.fingerprint(f"{served.address}.{n}:{v}") if n in served.hidden else str(v) for n, v in given.items()
        )

    return {"keys": [one(given) for given in wanted]}


def receipt(entry: Entry) -> dict[str, str]:
    """What proves the answer later: the log's line, where it stands in the tree, the signature of its root."""
    return {
        "Ludao-Log": f"{entry.line['grant']}/{entry.line['number']}",
        "Ludao-Receipt": base64.b64encode(entry.bytes_).decode(),
        "Ludao-Previous": entry.previous.hex(),
        "Ludao-Proof": " ".join(entry.proof),
        "Ludao-Signature": f"{entry.key_id} {entry.signature}",
        "Ludao-Quota-Left": str(entry.left_day),
    }


def is_proved(body: bytes, headers: Mapping[str, str], public: str) -> bool:
    """Whether an answer is as it was given and logged: by its headers and the platform's public key alone."""
    from .engine.chain import digest_of, root_from

    line = base64.b64decode(headers["Ludao-Receipt"])
    leaf = digest_of(bytes.fromhex(headers["Ludao-Previous"]), line)
    root = root_from(leaf, headers["Ludao-Proof"].split())
    signature = headers["Ludao-Signature"].partition(" ")[2]
    return json.loads(line)["answer"] == sm3(body).hex() and keys.holds(public, root, signature)
