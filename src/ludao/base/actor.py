"""Who acts: a person under one hat, through one channel, for one purpose."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

Channel = Literal["page", "api", "cli", "job", "demo"]


def new_request_id() -> str:
    return uuid4().hex


@dataclass(frozen=True)
class Actor:
    """`person` is the account's id, "" for a stranger; `post` is the hat worn now, `organisation` and
    `area` are that post's codes. `rights` is a ceiling (of a token); None means no ceiling."""

    person: str = ""
    name: str = ""
    post: str = ""
    organisation: str = ""
    area: str = ""
    channel: Channel = "page"
    request_id: str = ""
    purpose: str = ""
    rights: frozenset[str] | None = None
    is_system: bool = False

    @classmethod
    def system(cls, name: str, channel: Channel = "job", request_id: str = "") -> "Actor":
        """The house itself: jobs, the demonstration city and the operator's command line."""
        return cls(name=name, channel=channel, request_id=request_id or new_request_id(), is_system=True)

    def with_purpose(self, purpose: str) -> "Actor":
        return replace(self, purpose=purpose)


STRANGER = Actor()

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request that is being served; follows it through events and jobs."""
    return _request_id.get()


@contextmanager
def following(value: str) -> Iterator[None]:
    """Everything done inside belongs to this request."""
    token = _request_id.set(value)
    try:
        yield
    finally:
        _request_id.reset(token)
