"""Whether the demonstration city already stands as this code loads it: then a start need not load it once more."""

import hashlib
import os
import sysconfig
from pathlib import Path

import ludao
from ludao.base.embedded import data_folder

NAME = "demonstration"


def mark(scale: float) -> str:
    """What the city depends on: code, packages, day, scale, the folders of its files and of yearbooks."""
    from ludao.base import clock

    code = Path(ludao.__file__).parent
    named = os.environ.get("LUDAO_YEARBOOK", "")
    digest = hashlib.sha256(f"{scale} {clock.today()} {data_folder()} {named}".encode())
    digest.update(str(Path(sysconfig.get_path("purelib")).stat().st_mtime_ns).encode())
    for file in sorted(code.rglob("*")):
        if file.suffix != ".pyc" and file.is_file():
            found = file.stat()
            digest.update(f"{file.relative_to(code)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def keep(scale: float) -> None:
    """The load has come to its end."""
    from ludao.base.models import Standing

    Standing.objects.update_or_create(name=NAME, defaults={"mark": mark(scale)})


def is_kept(scale: float, database_url: str) -> bool:
    """Asked before anything of Django is read, hence in plain SQL; a database without the table has no city yet."""
    import psycopg

    try:
        with psycopg.connect(database_url, connect_timeout=5) as connection:
            row = connection.execute("select mark from base_standing where name = %s", (NAME,)).fetchone()
    except psycopg.Error:
        return False
    return row is not None and row[0] == mark(scale)
