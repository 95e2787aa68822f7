"""How a channel fails: for now, or for good."""

from typing import Any

import httpx

TIMEOUT = httpx.Timeout(15.0, connect=5.0)


class Failed(Exception):
    """The channel did not take it; it may at another time."""


class Unreachable(Exception):
    """It will never reach this address; trying again helps nobody."""


def asked(method: str, url: str, **given: Any) -> dict[str, Any]:
    """A gateway's JSON answer. Raises Failed when it is not there, busy or talks nonsense, Unreachable for a no."""
    try:
        answer = httpx.request(method, url, timeout=TIMEOUT, **given)
        told = answer.json()
    except httpx.HTTPError as error:
        raise Failed(f"{type(error).__name__}: {error}") from error
    except ValueError as error:
        raise Failed(f"HTTP {answer.status_code}: not JSON") from error
    if answer.status_code in (400, 404, 422):
        raise Unreachable(f"HTTP {answer.status_code}: {told}")
    if answer.is_error or not isinstance(told, dict):
        raise Failed(f"HTTP {answer.status_code}: {told}")
    return told
