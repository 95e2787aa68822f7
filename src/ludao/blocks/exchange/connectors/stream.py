"""A stream of changes {op, at, key, after}: what is new since last time, as a file of JSON lines.

A message is acknowledged once the file that holds it is kept and on record. Killed between the two, it comes again and
is known by its place in the stream.
"""

import json
import re
from pathlib import Path
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange.models import Source
from ludao.blocks.exchange.wire import Message, Wire

MOST = 50_000
WAIT = 1.0


def pull(source: Source, target: Path, wire: Wire) -> tuple[int, dict[str, Any], list[Message]]:
    """Gives the rows, the next watermark, and what is to be acknowledged when both are on record."""
    stream, subject = _named(source)
    messages = wire.take(stream, subject, "exchange-" + source.address.replace(".", "-"), MOST, WAIT)
    last = int(source.watermark.get("place", 0))
    rows = 0
    with target.open("w", encoding="utf-8") as out:
        for message in messages:
            if message.place > last:
                out.write(_line(message) + "\n")
                rows += 1
    place = max([last, *(message.place for message in messages)])
    return rows, {**source.watermark, "place": place}, messages


def look(source: Source, target: Path, wire: Wire, most: int) -> int:
    """The first messages, without taking them; gives the rows."""
    messages = wire.look(*_named(source), most, WAIT)
    target.write_text("".join(_line(one) + "\n" for one in messages), "utf-8")
    return len(messages)


def _named(source: Source) -> tuple[str, str]:
    way = source.terms.origin
    stream, subject = str(way.get("stream", "")), str(way.get("subject", ""))
    if not re.fullmatch(r"[A-Za-z0-9_-]+", stream) or not re.fullmatch(r"[A-Za-z0-9_.*>-]+", subject):
        raise Problem(t("请填写消息流和主题", "Give the stream and the subject"), field="from")
    return stream, subject


def _line(message: Message) -> str:
    """As one line, whatever was sent; what is no JSON becomes a row that is turned away."""
    try:
        return json.dumps(json.loads(message.body), ensure_ascii=False)
    except ValueError:
        return json.dumps(
            {"op": "u", "after": {}, "_unreadable": message.body.decode("utf-8", "replace")}, ensure_ascii=False
        )
