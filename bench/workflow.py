"""Claim: a process that is fetched, stepped and kept in PostgreSQL at every step costs little, in time and in bytes.

Peer: the bare library in the same run, which never leaves memory; and its own serializer at every step.
Each process is the shipped approval with one return for correction: four steps by people.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

STEPS: tuple[dict[str, Any], ...] = ({"is_complete": False}, {}, {"is_complete": True}, {"is_granted": True})
DATA = {"about": "case/2026-000001", "applicant": "李雷", "area": "350203"}


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.db import connection, transaction
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

    import ludao.blocks.workflow
    from ludao.blocks.workflow.engine.library import numbers_after
    from ludao.blocks.workflow.engine.reading import drawing
    from ludao.blocks.workflow.engine.running import Run, _Closed, _Engine, no_call
    from ludao.blocks.workflow.engine.storing import load, save

    folder = Path(ludao.blocks.workflow.__file__).parent
    approval = drawing((folder / "content" / "approval.bpmn").read_text(encoding="utf-8"))
    many = max(20, int(300 * scale))
    sizes: list[int] = []
    library = BpmnWorkflowSerializer()

    def by_house(number: int) -> None:
        with connection.cursor() as cursor:
            run = Run.begin(approval, DATA)
            cursor.execute("insert into bench_workflow values (%s, %s, %s)", [number, save(run), json.dumps(run.data)])
            for said in STEPS:
                with transaction.atomic():
                    cursor.execute("select state, data::text from bench_workflow where id = %s for update", [number])
                    held, known = cursor.fetchone()
                    kept = load(bytes(held), approval, json.loads(known))
                    kept.complete(kept.waiting()[0].id, said)
                    state, known = save(kept), json.dumps(kept.data, ensure_ascii=False)
                    sizes.append(len(state) + len(known.encode()))
                    cursor.execute(
                        "update bench_workflow set state = %s, data = %s where id = %s", [state, known, number]
                    )
            assert kept.is_finished

    def bare(_: int) -> None:
        one = Run.begin(approval, DATA)
        for said in STEPS:
            one.complete(one.waiting()[0].id, said)
        assert one.is_finished

    def by_library(number: int) -> None:
        plain = drawing((folder / "content" / "approval.bpmn").read_text(encoding="utf-8"))
        one = Run.begin(plain, DATA)
        for said in STEPS:
            text = library.serialize_json(one.workflow)
            bytes_of_library.append(len(text.encode()))
            workflow = library.deserialize_json(text)
            workflow.script_engine = _Engine(_Closed(no_call))
            one = Run(plain, workflow, {}, numbers_after(10_000))
            one.complete(one.waiting()[0].id, said)
        assert one.is_finished

    bytes_of_library: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists bench_workflow")
        cursor.execute("create table bench_workflow (id integer primary key, state bytea, data jsonb)")
    peer = per_second(bare, many)
    stored = per_second(by_library, max(10, many // 5))
    ours = per_second(by_house, many)
    with connection.cursor() as cursor:
        cursor.execute("drop table bench_workflow")
    note = f"{many} processes of {len(STEPS)} steps by people, kept in PostgreSQL at each"
    yield {
        "name": "workflow.processes_per_s",
        "value": ours,
        "unit": "processes/s",
        "peer": "bare SpiffWorkflow, memory",
        "peer_value": peer,
        "ratio": ours / peer,
        "scale": scale,
        "note": note,
    }
    yield {
        "name": "workflow.stored_processes_per_s",
        "value": ours,
        "unit": "processes/s",
        "peer": "SpiffWorkflow with its own serializer, no database",
        "peer_value": stored,
        "ratio": ours / stored,
        "scale": scale,
    }
    yield {
        "name": "workflow.step_ms",
        "value": 1000 / ours / (len(STEPS) + 1),
        "unit": "ms",
        "scale": scale,
        "note": "fetched, stepped, kept",
    }
    size, plain = sum(sizes) / len(sizes), sum(bytes_of_library) / len(bytes_of_library)
    yield {
        "name": "workflow.bytes",
        "value": size,
        "unit": "bytes",
        "peer": "SpiffWorkflow's own serializer",
        "peer_value": plain,
        "ratio": size / plain,
        "scale": scale,
        "note": "mean over the steps",
    }


def per_second(once: Callable[[int], None], many: int) -> float:
    began = time.perf_counter()
    for number in range(many):
        once(number)
    return many / (time.perf_counter() - began)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
