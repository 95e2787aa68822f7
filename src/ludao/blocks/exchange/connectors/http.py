"""An HTTP API that answers JSON: page after page, tried again when it stumbles, as a file of JSON lines."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange import hosts, keeping
from ludao.blocks.exchange.models import Source

TRIES, PATIENCE, MOST_PAGES, LARGEST_PAGE = 4, 30.0, 100_000, 256 << 20
PAUSE = 0.5


class _Stumbled(Exception):
    """Worth another try, after this many seconds."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


def pull(source: Source, target: Path, most: int = 0) -> tuple[int, dict[str, Any]]:
    """`from`: url; items (where the rows stand in the answer), next (where the next page's address or mark stands),
    cursor (the parameter that takes the mark), since (the parameter that takes the watermark), token. Pages are asked
    for until there are `most` rows, if that is said."""
    way, rows, last = source.terms.origin, 0, source.watermark.get("value")
    at = source.terms.at
    with target.open("w", encoding="utf-8") as out:
        for items in _pages(way, last):
            for item in items:
                out.write(json.dumps(item, ensure_ascii=False) + "\n")
                if at and item.get(at) is not None:
                    last = max(str(last or ""), str(item[at]))
            rows += len(items)
            if most and rows >= most:
                break
            if out.tell() > keeping.largest():
                raise Problem(t("接口给出的数据太大", "The API gives too much"), field="from")
    return rows, {**source.watermark, "value": last} if last else source.watermark


def _pages(way: dict[str, Any], last: Any) -> Iterator[list[dict[str, Any]]]:
    url = hosts.filled(str(way.get("url", "")))
    place = hosts.reach(url, ("http", "https"))
    if way.get("since") and last:
        url = _with(url, str(way["since"]), str(last))
    for _ in range(MOST_PAGES):
        answer = _ask(place, url, hosts.filled(str(way.get("token", ""))))
        items = _at(answer, str(way.get("items", "")))
        if not isinstance(items, list) or any(not isinstance(item, dict) for item in items):
            raise Problem(
                t("接口没有给出一列对象，请核对 items", "The API gives no list of objects: check `items`"),
                field="from",
            )
        yield items
        following = _at(answer, str(way["next"])) if way.get("next") and isinstance(answer, dict) else None
        if not following:
            return
        url = _with(url, str(way["cursor"]), str(following)) if way.get("cursor") else urljoin(url, str(following))
        again = urlsplit(url)
        if again.hostname != place.name or (again.port or hosts.PORTS[again.scheme]) != place.port:
            raise Problem(
                t("下一页指向另一台主机，已停止", "The next page stands on another host: stopped"), field="from"
            )
    raise Problem(t("页数太多", "Too many pages"), field="from")


def _at(answer: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        answer = answer.get(part) if isinstance(answer, dict) else None
    return answer


def _with(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != name]
    return parts._replace(query=urlencode([*query, (name, value)])).geturl()


def _ask(place: hosts.Place, url: str, token: str) -> Any:
    for turn in range(TRIES):
        try:
            return _once(place, url, token)
        except (_Stumbled, OSError, http.client.HTTPException) as error:
            if turn == TRIES - 1:
                raise Problem(
                    t(f"接口没有回答：{error}", f"The API does not answer: {error}"), field="from"
                ) from error
            time.sleep(max(PAUSE * 2**turn, min(getattr(error, "after", 0.0), PATIENCE)))
    raise AssertionError


def _once(place: hosts.Place, url: str, token: str) -> Any:
    parts = urlsplit(url)
    raw: Any = socket.create_connection((place.ip, place.port), timeout=PATIENCE)
    if place.scheme == "https":
        raw = ssl.create_default_context().wrap_socket(raw, server_hostname=place.name)
    line = http.client.HTTPConnection(place.name, place.port, timeout=PATIENCE)
    line.sock = raw
    try:
        headers = {"Accept": "application/json", "User-Agent": "Ludao"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        line.request("GET", parts._replace(scheme="", netloc="", fragment="").geturl() or "/", headers=headers)
        answer = line.getresponse()
        if answer.status in (429, 500, 502, 503, 504):
            wait = answer.headers.get("Retry-After", "0")
            raise _Stumbled(f"HTTP {answer.status}", float(wait) if wait.isdigit() else 0.0)
        if answer.status != 200:  # a redirect too: it might lead to a host that nobody allowed
            raise Problem(t(f"接口答复 {answer.status}", f"The API answers {answer.status}"), field="from")
        body = answer.read(LARGEST_PAGE + 1)
    finally:
        line.close()
    if len(body) > LARGEST_PAGE:
        raise Problem(t("一页太大", "A page is too large"), field="from")
    try:
        return json.loads(body)
    except ValueError as error:
        raise Problem(t("接口给出的不是 JSON", "The API does not give JSON"), field="from") from error
