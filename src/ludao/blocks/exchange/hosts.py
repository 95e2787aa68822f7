"""Whom the connectors may reach: machines that an operator confirmed, at the address that was looked at, no other."""

import ipaddress
import os
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange.models import Host

PORTS = {"http": 80, "https": 443, "postgresql": 5432}
NAMES = re.compile(
    r"\$\{(LUDAO_(?:CITY|SOURCE)[A-Z0-9_]*)\}"
)  # a contract may name these, never the house's own secrets


@dataclass(frozen=True)
class Place:
    """A machine as it was found: connect to `ip`, so that a name which changes its mind leads nowhere else."""

    scheme: str
    name: str
    port: int
    ip: str


def filled(text: str) -> str:
    """`${LUDAO_SOURCE_…}` and `${LUDAO_CITY…}` from the operator's settings."""

    def value(found: re.Match[str]) -> str:
        if (given := os.environ.get(found[1])) is None:
            raise Problem(t(f"运维人员尚未设置 {found[1]}", f"The operator has not set {found[1]}"), field="from")
        return given

    made = NAMES.sub(value, text)
    if "${" in made:
        raise Problem(
            t(
                "地址里只能引用 LUDAO_SOURCE_ 和 LUDAO_CITY 开头的设置",
                "Only settings that begin with LUDAO_SOURCE_ or LUDAO_CITY may be named",
            ),
            field="from",
        )
    return made


def reach(url: str, schemes: tuple[str, ...]) -> Place:
    """Raises Problem unless the machine and port are on the operator's list, and its address of the kind it says."""
    try:
        parts = urlsplit(url)
        scheme, name = parts.scheme.split("+")[0], (parts.hostname or "").lower()
        port = parts.port or PORTS.get(scheme, 0)
    except ValueError as error:
        raise Problem(t("地址读不懂", "The address cannot be read"), field="from") from error
    if scheme not in schemes or not name:
        raise Problem(t(f"只能用 {'、'.join(schemes)}", f"Only {', '.join(schemes)} may be used"), field="from")
    host = Host.objects.filter(name=name, port=port, ended_at=None).first()
    if host is None:
        raise Problem(
            t(
                f"{name}:{port} 不在可达主机中，请运维人员批准",
                f"{name}:{port} is not an allowed host: ask the operator",
            ),
            field="from",
        )
    return Place(scheme, name, port, _address(host))


def _address(host: Host) -> str:
    try:
        found = {row[4][0] for row in socket.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise Problem(t(f"找不到主机 {host.name}", f"The host {host.name} is not found"), field="from") from error
    addresses = sorted((ipaddress.ip_address(str(one).split("%")[0]) for one in found), key=lambda a: (a.version, a))
    if not host.is_inside and any(not one.is_global for one in addresses):
        raise Problem(
            t(f"{host.name} 指向内网地址，未获批准", f"{host.name} leads inside, which was not allowed"), field="from"
        )
    return str(addresses[0])
