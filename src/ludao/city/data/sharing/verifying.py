"""Walks a grant's message log from its first line to its head and names each place where it does not hold."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from . import keys, serving
from .committing import LINE
from .engine.chain import GENESIS, canonical, digest_of
from .models import Chain, Grant, Message


@dataclass
class Verified:
    """How many lines were walked, where they ended, and what was wrong, in words."""

    messages: int = 0
    head: str = ""
    faults: list[str] = field(default_factory=list)


def verify(grant: Grant) -> Verified:
    """Reads the log as a stream; memory does not grow with it."""
    found, number, previous = Verified(), 0, GENESIS
    for line in lines(grant.pk):
        place = line["number"]
        if place != number + 1:
            found.faults.append(f"{number + 1}–{place - 1}: removed")
        elif bytes(line["previous"]) != previous:
            found.faults.append(f"{place}: does not follow the line before it")
        if digest_of(bytes(line["previous"]), plain(line)) != bytes(line["digest"]):
            found.faults.append(f"{place}: changed")
        number, previous = place, bytes(line["digest"])
        found.messages += 1
    head = Chain.objects.filter(grant_id=grant.pk).first()
    if head and (head.number, bytes(head.digest)) != (number, previous):
        found.faults.append(
            f"{number + 1}–{head.number}: removed from the end"
            if number < head.number
            else "the head does not agree with the last line"
        )
    found.head = previous.hex()
    found.faults = found.faults[:100]
    return found


def verify_all(number: str = "") -> Iterator[tuple[Grant, Verified]]:
    """The log of every grant, or of the one of this number; for the command line and the daily round."""
    for grant in Grant.objects.filter(**({"number": number} if number else {})).order_by("pk"):
        yield grant, verify(grant)


def verify_answer(body: bytes, given: Mapping[str, str]) -> list[str]:
    """An answer that somebody kept, against the signature it came with and against the log as it stands now."""
    faults, headers = [], {name.title(): value for name, value in given.items()}
    key_id, _, _ = headers["Ludao-Signature"].partition(" ")
    if not serving.is_proved(body, headers, keys.public_key(key_id)):
        faults.append("this body or these headers are not what was signed")
    grant, _, number = headers["Ludao-Log"].partition("/")
    line = next(lines(int(grant), int(number)), None)
    if line is None:
        faults.append(f"{number}: is no longer in the log")
    elif plain(line) != base64.b64decode(headers["Ludao-Receipt"]):
        faults.append(f"{number}: the log says something else than the receipt")
    return faults


def lines(grant: int, number: int = 0) -> Iterator[dict[str, Any]]:
    wanted = ["grant_id", *LINE[1:], "previous", "digest"]
    asked = {"grant_id": grant} | ({"number": number} if number else {})
    yield from Message.objects.filter(**asked).order_by("number").values(*wanted).iterator(chunk_size=5000)


def plain(line: dict[str, Any]) -> bytes:
    """The bytes that were chained, from the row."""
    at = line["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return canonical({**{name: line[name] for name in LINE[1:]}, "grant": line["grant_id"], "at": at})
