"""A folder that a department writes into: new files are taken, each once, in the order of their names."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange import keeping
from ludao.blocks.exchange.models import Source

ROOT = "LUDAO_CITY"
QUIET = 2.0  # seconds a file must not have changed, so that none is taken half written


def root() -> Path:
    """Where departments' folders stand: as the operator set it, else the exchange's own inbox."""
    given = os.environ.get(ROOT)
    return Path(given) if given else keeping.folder("inbox")


def new_files(source: Source, at: Path | None = None, quiet: float = QUIET) -> Iterator[Path]:
    """Files of the source's pattern that changed since they were last taken."""
    import time

    base, taken = at or root(), source.watermark.get("files", {})
    for path in matching(base, str(source.terms.origin.get("pattern", ""))):
        stat = path.stat()
        if taken.get(str(path.relative_to(base.resolve()))) != mark(path) and time.time() - stat.st_mtime >= quiet:
            yield path


def matching(base: Path, pattern: str) -> list[Path]:
    """Never outside the folder, whatever the pattern or a link in it says."""
    if not pattern or pattern.startswith("/") or ".." in Path(pattern).parts or re.search(r"[\0\\]", pattern):
        raise Problem(
            t(
                "请填写文件夹内的路径，如 police/resident_*.csv",
                "Give a path within the folder, such as police/resident_*.csv",
            ),
            field="pattern",
        )
    found = []
    for path in sorted(base.glob(pattern)):
        if path.resolve().is_relative_to(base.resolve()) and path.is_file():
            found.append(keeping.inside(base, str(path.relative_to(base))))
    return found


def mark(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size}:{stat.st_mtime_ns}"
