"""Where contents lie: in a folder of the installation, or in a bucket that speaks S3.

`LUDAO_DOCUMENT_STORE=s3://bucket/prefix`; address and keys come from the usual AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION (and AWS_ALLOW_HTTP for a store inside one's own network).
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import IO, Any

from ludao.base import clock, files

PIECE = 2**18


def place_of(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def preview_place(digest: str, name: str) -> str:
    return f"preview/{place_of(digest)}/{name}"


def put(place: str, content: IO[bytes] | bytes) -> None:
    """Whole or not at all: the store shows nothing before the last byte."""
    import obstore

    obstore.put(_store(), place, content)


def has(place: str) -> bool:
    import obstore

    try:
        obstore.head(_store(), place)
    except FileNotFoundError:
        return False
    return True


def get(place: str) -> bytes:
    """Raises FileNotFoundError."""
    import obstore

    return bytes(obstore.get(_store(), place).bytes())


def head(place: str, length: int) -> bytes:
    import obstore

    return bytes(obstore.get_range(_store(), place, start=0, length=length))


def pieces(place: str) -> Iterator[bytes]:
    """The content as it is read. Raises FileNotFoundError before the first piece."""
    import obstore

    return (bytes(piece) for piece in obstore.get(_store(), place).stream(min_chunk_size=PIECE))


def drop(digest: str) -> None:
    """A content and its previews; what is gone already does not matter."""
    import obstore

    previews = [one["path"] for page in obstore.list(_store(), prefix=preview_place(digest, "")) for one in page]
    for place in (place_of(digest), *previews):
        if has(place):
            obstore.delete(_store(), place)


def older_than(age: timedelta) -> Iterator[str]:
    """Digests of the contents stored before that; for finding what no document names."""
    import obstore

    until = clock.now() - age
    for page in obstore.list(_store()):
        yield from (one["path"].rsplit("/", 1)[-1] for one in page
                    if not one["path"].startswith("preview/") and one["last_modified"] < until)


def _store() -> Any:
    url = os.environ.get("LUDAO_DOCUMENT_STORE", "")
    return _bucket(url) if url else _folder(str(files.folder("document")))


@cache
def _folder(path: str) -> Any:
    from obstore.store import LocalStore

    return LocalStore(prefix=path, mkdir=True)


@cache
def _bucket(url: str) -> Any:
    from obstore.store import from_url

    return from_url(url)
