"""The demonstration city's past, where an operator names the folder of yearbook series: nothing of it is shipped."""

import os
from pathlib import Path

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t

from . import actions, yearbook

FOLDER = "LUDAO_YEARBOOK"


def load(actor: Actor, scale: float) -> None:
    """The same file again changes nothing; without the setting nothing is missing."""
    if named := os.environ.get(FOLDER):
        for file in files(Path(named)):
            yearbook.bring(actor, file)
        actions.take_yearbook(actor)


def files(named: Path) -> list[Path]:
    """One file, or every CSV of a folder. Raises Problem where there is none."""
    found = [named] if named.is_file() else sorted(named.glob("*.csv"))
    if not found:
        raise Problem(t(f"{FOLDER}={named} 没有 CSV 文件", f"{FOLDER}={named} holds no CSV file"))
    return found
