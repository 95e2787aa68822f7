"""The files of an installation: the lake, what departments sent. They belong to one database, as its tables do."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection


def folder(name: str) -> Path:
    """`folder("lake")`: <data>/files/<database>/lake, made if it is not there. LUDAO_FILES replaces <data>/files.

    A file is written beside its place and renamed, never changed: a copy of the folder shares it by a hard link.
    """
    path = of_database(connection.settings_dict["NAME"]) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def of_database(name: str) -> Path:
    root = os.environ.get("LUDAO_FILES")
    return (Path(root) if root else Path(settings.DATA) / "files") / name


def copy(source: str, target: str) -> None:
    """The files of one database for its copy, by hard links."""
    drop(target)
    if of_database(source).exists():
        shutil.copytree(of_database(source), of_database(target), copy_function=os.link)


def move(source: str, target: str) -> None:
    """The files follow a database that is renamed."""
    drop(target)
    if of_database(source).exists():
        of_database(source).rename(of_database(target))


def drop(name: str) -> None:
    shutil.rmtree(of_database(name), ignore_errors=True)
