"""What stands behind the ? of an address, read strictly: unknown and doubled names are refused by name."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl

from django.http import HttpRequest

from ludao.base.api.problems import Malformed, NotAcceptable
from ludao.base.errors import Problem
from ludao.base.sql.rules import nearest
from ludao.base.text import t

JSON = "application/json"


def asked(request: HttpRequest, once: Collection[str] = (), often: Collection[str] = ()) -> dict[str, list[str]]:
    """Name → values. Names in `once` come once at most, those in `often` any number of times."""
    found: dict[str, list[str]] = {}
    for name, value in _pairs(request):
        found.setdefault(name, []).append(value)
    problems = [_unknown(name, [*once, *often]) for name in found if name not in once and name not in often]
    problems += [Problem(t(f"{name} 只能出现一次", f"{name} may come once only"), field=name)
                 for name, values in found.items() if name in once and len(values) > 1]
    if problems:
        raise Malformed(problems)
    return found


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    query = request.META.get("QUERY_STRING", "")
    if re.search(r"%(?![0-9A-Fa-f]{2})", query):
        raise Malformed([Problem(t("地址中的 % 没有正确编码", "A % in the address is not encoded"))])
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=500)
    except (UnicodeDecodeError, ValueError):
        raise Malformed([Problem(t("地址不是有效的 UTF-8", "The address is not valid UTF-8"))]) from None


def _unknown(name: str, names: Collection[str]) -> Problem:
    zh, en = nearest(name, names)
    return Problem(t(f"没有查询参数 {name}{zh}", f"There is no query parameter {name}{en}"), field=name)


def negotiate(request: HttpRequest, *offered: str) -> str:
    """The media type to answer in. Raises NotAcceptable, which names what there is."""
    chosen: str | None = request.get_preferred_type(list(offered))
    if chosen is None:
        there_is = ", ".join(offered)
        raise NotAcceptable(t(f"可以应答 {there_is}", f"It answers in {there_is}"), field="Accept")
    return chosen
