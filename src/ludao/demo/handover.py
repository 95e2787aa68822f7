"""The departments hand over what they hold: generated once, then checked, loaded and linked like real deliveries."""

import shutil
from collections.abc import Callable
from pathlib import Path

from ludao.base import events, files
from ludao.base.actor import Actor
from ludao.blocks.exchange import public as exchange
from ludao.blocks.profile import public as profile
from ludao.demo import api, departments

SEED = 2022


def run(actor: Actor, scale: float, tell: Callable[[str], None]) -> None:
    """A second time changes nothing: the same files are known by their digests. A table that came since is handed
    over with the rest."""
    exchange.allow(actor, "127.0.0.1", api.PORT, "市建设局接口（演示）", is_inside=True)
    out, tables = files.folder("departments"), " ".join(contract["address"] for contract in departments.contracts())
    done = out / f"scale-{scale:g}"
    if done.exists() and done.read_text() == tables:
        return
    _generate(scale, out, tables)
    exchange.load_all(actor, out, departments.contracts(), tell)
    events.deliver_all()
    for name in ("company", "person"):  # employers and legal persons are companies with a name
        profile.link(name)
        tell(f"  linked {name}")
    done.write_text(tables)


def publish() -> None:
    """The changes stand in their stream too, where a source takes them from; once, when the stream is made."""
    out = files.folder("departments")
    for contract in departments.contracts():
        if contract["from"]["kind"] == "stream":
            way, (department, table) = contract["from"], contract["address"].split(".")[-2:]
            with exchange.Wire() as wire:
                is_new = wire.stream(way["stream"], [way["subject"]])
                for path in sorted((out / department).glob(f"{table}.*")) if is_new else ():
                    for number, line in enumerate(path.read_bytes().splitlines()):
                        wire.send(way["subject"], line, f"{path.name}-{number}")


def _generate(scale: float, out: Path, tables: str) -> None:
    """Once. What a killed generation left is swept: half a department's database cannot be written on."""
    written = out / f"written-{scale:g}"
    if written.exists() and written.read_text() == tables:
        return
    for left in [path for path in out.iterdir() if path.is_dir()]:
        shutil.rmtree(left)
    departments.generate(scale, SEED, out)
    written.write_text(tables)
