"""Files are kept as they came, once each, named by what they hold; nothing is ever written over."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ludao.base import files
from ludao.base.errors import Problem
from ludao.base.text import t

PIECE = 1 << 20
LARGEST = "LUDAO_EXCHANGE_LARGEST"  # bytes of one delivery


def largest() -> int:
    return int(os.environ.get(LARGEST, 64 << 30))


def keep(stream: BinaryIO) -> tuple[str, int]:
    """Write it down and to the disk; gives its digest (SHA-256) and size."""
    new = folder("kept") / f".{uuid4().hex}"
    digest, size = hashlib.sha256(), 0
    try:
        with new.open("xb") as out:
            while piece := stream.read(PIECE):
                digest.update(piece)
                size += len(piece)
                if size > largest():
                    raise Problem(
                        t(f"文件太大：最多 {largest()} 字节", f"Too large: {largest()} bytes at most"), field="file"
                    )
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        place = path_of(digest.hexdigest())
        place.parent.mkdir(exist_ok=True)
        new.rename(place)
    finally:
        new.unlink(missing_ok=True)
    return digest.hexdigest(), size


def path_of(digest: str) -> Path:
    return folder("kept") / digest[:2] / digest


def folder(name: str) -> Path:
    """One of the exchange's own folders: kept, quarantine, stage."""
    path = files.folder("exchange") / name
    path.mkdir(exist_ok=True)
    return path


class Stage:
    """A folder for one load's way; what a killed load left there is swept before it begins again."""

    def __init__(self, name: str) -> None:
        self.path = folder("stage") / name

    def __enter__(self) -> Path:
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def inside(root: Path, name: str) -> Path:
    """A path within a folder, whatever its name or links would lead to; Problem when it leads out."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or path == root.resolve():
        raise Problem(t("路径不在数据源的文件夹内", "The path leads out of the source's folder"), field="pattern")
    return path
