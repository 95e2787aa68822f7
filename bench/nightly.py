"""Claim: the night's work grows with what is new, not with the city.

A city is linked and its facts composed and judged three times: all of it, after 100 rows came, after nothing came.
Peer: the same with everything done anew. Needs an installation with the departments' organisations (`ludao load`), in
which nothing is left behind. `--scale 1` is a city of 53,000 residents.
"""

import importlib.util
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RESIDENTS = 0.01  # of the city of 5.3 million, at scale 1
NEW = 100


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.db import connection, transaction

    folder = Path(tempfile.mkdtemp(prefix="ludao-nightly-"))
    os.environ["LUDAO_FILES"] = str(folder / "files")
    (folder / "files" / connection.settings_dict["NAME"]).mkdir(parents=True)
    try:
        with transaction.atomic():
            beside("link").load(folder / "city", RESIDENTS * scale)
            figures = list(measured(scale))
            transaction.set_rollback(True)
    finally:
        os.environ.pop("LUDAO_FILES")
        shutil.rmtree(folder, ignore_errors=True)
    yield from figures


def beside(name: str) -> Any:
    """Another bench of this folder."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measured(scale: float) -> Iterator[dict[str, Any]]:
    forget()
    whole = night()
    come()
    some = night()
    none = night()
    for name, figures in (("some", some), ("none", none)):
        for step, (seconds, note) in figures.items():
            peer = whole[step][0]
            yield {"name": f"nightly.{name}.{step}_seconds", "value": seconds, "unit": "s", "peer": "all anew",
                   "peer_value": peer, "ratio": seconds / peer, "scale": scale, "note": note}


def night() -> dict[str, tuple[float, str]]:
    """Seconds of each piece of the night's work, and what it says of itself."""
    from django.db import connection

    from ludao.base.actor import Actor
    from ludao.blocks.profile import public as profile
    from ludao.city.data.benefit import actions

    taken = {}
    for name in ("company", "person"):
        began = time.perf_counter()
        ran = profile.link(name, since=True)
        steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in ran.steps.items())
        taken[f"link_{name}"] = (time.perf_counter() - began, f"{ran.new_records} new of {ran.records}; {steps}")
    for name in ("company", "person"):
        began = time.perf_counter()
        done = actions.matching.now(Actor.system("bench"), about="bench", entity=name).result
        taken[f"benefit_{name}"] = (time.perf_counter() - began, f"{done['judged']} judged")
        with connection.cursor() as cursor:  # made to be dropped on commit, which here comes once, and never
            cursor.execute("drop table if exists found, alias, heir")
    return taken


def forget() -> None:
    """What the installation's own city was offered, until the bench is over."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("truncate data_benefit_matched, data_benefit_offer, profile_run cascade")


def come() -> None:
    """New records of people who are known already, by name and phone alone, and rows that changed."""
    from ludao.blocks.lake import public as lake

    calls = lake.sql(f"""
        select * replace ('nightly-' || record_number as record_number, '' as id_number,
                          updated_at + interval 1 day as updated_at)
        from source.health.vaccination order by md5(record_number) limit {NEW // 2}""").arrow()
    moved = lake.sql(f"""
        select * replace (address || '之二' as address, updated_at + interval 1 day as updated_at)
        from source.police.resident order by md5(id_number) limit {NEW // 2}""").arrow()
    lake.merge("source.health.vaccination", calls)
    lake.merge("source.police.resident", moved)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
