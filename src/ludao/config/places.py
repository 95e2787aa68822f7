"""Where this installation keeps its secrets and finds its servers."""

import contextlib
import logging as std_logging
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ludao.base.actor import request_id
from ludao.base.embedded import Embedded


def secret(name: str, data: Path) -> str:
    """A secret from the environment (LUDAO_SECRET_KEY), or one made once and kept in the data folder, 0600."""
    if value := os.environ.get(f"LUDAO_{name.upper()}"):
        return value
    return kept(data / "secrets" / name, lambda: secrets.token_urlsafe(48))


def rsa_key(data: Path) -> str:
    """The key that signs OIDC tokens; RS256 because every client has it."""

    def make() -> str:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    return kept(data / "secrets" / "oidc.pem", make)


def kept(path: Path, make: Any) -> str:
    """The file's text; made once, and by one process only when several start together."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def database_url(data: Path) -> str:
    """The embedded server's address; it need not run yet."""
    return Embedded(data).database_url


def pool() -> dict[str, Any]:
    """A psycopg pool in the web process (LUDAO_POOL=size); elsewhere one connection each."""
    size = int(os.environ.get("LUDAO_POOL", "0"))
    return {"pool": {"min_size": 1, "max_size": size, "timeout": 20}} if size else {}


def logging(is_debug: bool) -> None:
    """One JSON line per happening on stderr (readable lines on a terminal), each with its request id."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _with_request_id,
    ]
    is_terminal = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer(
        ensure_ascii=False)
    structlog.configure(
        processors=[*shared, structlog.processors.StackInfoRenderer(), structlog.processors.format_exc_info,
                    structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = std_logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=renderer))
    root = std_logging.getLogger()
    root.handlers = [handler]
    root.setLevel(os.environ.get("LUDAO_LOG", "INFO").upper())
    for noisy in ("procrastinate", "django.request", "axes", "watchfiles", "numexpr", "sqlglot"):
        std_logging.getLogger(noisy).setLevel(std_logging.WARNING)


def _with_request_id(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    if current := request_id():
        event.setdefault("request_id", current)
    return event
