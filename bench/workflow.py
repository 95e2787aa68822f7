"""Claim: a process that is fetched, stepped and kept in PostgreSQL at every step costs little, in time and in bytes.

Peer: SpiffWorkflow as it comes, in the same run but a process of its own (the house changes the library): with its own
serializer at every step, kept in the same PostgreSQL by the same SELECT … FOR UPDATE, UPDATE and COMMIT; the same
without a database; and bare, never leaving memory. Each process is the shipped approval with one return for correction:
four steps by people. The house is measured twice: its engine with those statements, and the whole door
`workflow.complete` with the rows of the steps, their deadlines and the watchers.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

STEPS: tuple[dict[str, Any], ...] = (
    {"accept_outcome": "fail"}, {}, {"accept_outcome": "accept"}, {"is_granted": True},
)
DATA = {"about": "case/2026-000001", "applicant": "李雷", "area": "350203"}
APPROVAL = Path(__file__).parents[1] / "src/ludao/blocks/workflow/content/approval.bpmn"


def run(scale: float) -> Iterator[dict[str, Any]]:
    from ludao.base.embedded import Embedded

    many = max(20, int(300 * scale))
    with tempfile.TemporaryDirectory(prefix="ludao-bench-") as folder:
        os.environ.update(DATA=folder, LUDAO_LOG="ERROR")
        servers = Embedded(Path(folder))
        servers.start()
        try:
            peer, house = _both(many)
        finally:
            servers.stop()
    ours, door = house["engine"], house["door"]
    load = os.getloadavg()[0]
    note = f"{many} processes of {len(STEPS)} steps by people, kept in PostgreSQL at each; machine load {load:.1f}"

    def line(name: str, value: float, unit: str, against: str = "", beside: float = 0, said: str = note) -> Any:
        figure: dict[str, Any] = {"name": name, "value": value, "unit": unit, "scale": scale, "note": said}
        return figure | ({"peer": against, "peer_value": beside, "ratio": value / beside} if against else {})

    own, apart = "SpiffWorkflow with its own serializer, kept alike", "the same, without a database"
    yield line("workflow.processes_per_s", ours, "processes/s", own, peer["kept"])
    yield line("workflow.against_no_database", ours, "processes/s", apart, peer["stored"])
    yield line("workflow.against_memory", ours, "processes/s", "SpiffWorkflow bare, in memory", peer["bare"])
    yield line("workflow.step_ms", 1000 / ours / (len(STEPS) + 1), "ms", said="fetched, stepped, kept, committed")
    yield line("workflow.door_processes_per_s", door, "processes/s", own, peer["kept"])
    yield line("workflow.door_step_ms", 1000 / door / (len(STEPS) + 1), "ms", said="workflow.complete, steps kept")
    yield line("workflow.bytes", house["bytes"], "bytes", own, peer["bytes"], "state and data, mean over the steps")


def _both(many: int) -> tuple[dict[str, float], dict[str, float]]:
    """The peer and the house on one database, one after the other."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, skip_checks=True)
    known, names = connection.get_connection_params(), ("dbname", "user", "password", "host", "port")
    where = json.dumps({name: known[name] for name in names if known.get(name)})
    words = [sys.executable, __file__, str(many)]
    peer = subprocess.run(words, input=where, capture_output=True, text=True, check=True).stdout
    return json.loads(peer), _house(many)


def _house(many: int) -> dict[str, float]:
    from django.db import connection, transaction

    from ludao.base.actor import Actor
    from ludao.blocks.workflow import public as workflow
    from ludao.blocks.workflow.engine.reading import drawing
    from ludao.blocks.workflow.engine.running import Run
    from ludao.blocks.workflow.engine.storing import load, save

    approval = drawing(APPROVAL.read_text(encoding="utf-8"))
    sizes: list[int] = []

    def by_engine(number: int) -> None:
        with connection.cursor() as cursor:
            run = Run.begin(approval, DATA)
            cursor.execute("insert into bench_workflow values (%s, %s, %s)", [number, save(run), json.dumps(run.data)])
            for said in STEPS:
                with transaction.atomic():
                    cursor.execute("select state, data::text from bench_workflow where id = %s for update", [number])
                    held, known = cursor.fetchone()
                    run = load(bytes(held), approval, json.loads(known))
                    run.complete(run.waiting()[0].id, said)
                    state, known = save(run), json.dumps(run.data, ensure_ascii=False)
                    sizes.append(len(state) + len(known.encode()))
                    cursor.execute(
                        "update bench_workflow set state = %s, data = %s where id = %s", [state, known, number]
                    )
            assert run.is_finished

    actor = Actor.system("bench")

    def by_door(number: int) -> None:
        instance = workflow.begin(actor, "workflow.approval", about=f"bench:{number}", data=DATA)
        for said in STEPS:
            instance = workflow.complete(actor, workflow.steps(instance)[0], said, said.get("accept_outcome", ""))
        assert instance.state == instance.FINISHED

    with connection.cursor() as cursor:
        cursor.execute("drop table if exists bench_workflow")
        cursor.execute("create table bench_workflow (id integer primary key, state bytea, data jsonb)")
    try:
        by_engine(0)
        by_door(0)
        engine, door = per_second(by_engine, many), per_second(by_door, many)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop table bench_workflow")
    return {"engine": engine, "door": door, "bytes": sum(sizes) / len(sizes)}


def _library(many: int, where: dict[str, Any]) -> dict[str, float]:
    """As its documentation shows it."""
    import logging

    import psycopg
    from SpiffWorkflow import TaskState
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

    logging.getLogger("spiff").setLevel(logging.WARNING)
    parser = BpmnParser()
    parser.add_bpmn_file(str(APPROVAL))
    spec, inner = parser.get_spec("approval"), parser.get_subprocess_specs("approval")
    engine = PythonScriptEngine(environment=TaskDataEnvironment({"false": False, "P5D": "P5D"}))
    library, sizes = BpmnWorkflowSerializer(), []

    def begun() -> Any:
        workflow = BpmnWorkflow(spec, inner, script_engine=engine)
        workflow.get_next_task(state=TaskState.READY).data.update(DATA)
        workflow.do_engine_steps()
        return workflow

    def do(workflow: Any, said: dict[str, Any]) -> None:
        task = workflow.get_next_task(state=TaskState.READY)
        task.data.update(said)
        task.run()
        workflow.do_engine_steps()

    def through(number: int, between: Callable[[Any], Any]) -> None:
        workflow = begun()
        for said in STEPS:
            workflow = between(workflow)
            do(workflow, said)
        assert workflow.completed

    def kept(workflow: Any) -> Any:
        text = library.serialize_json(workflow)
        sizes.append(len(text.encode()))
        again = library.deserialize_json(text)
        again.script_engine = engine
        return again

    def by_postgres(number: int) -> None:
        workflow = begun()
        cursor.execute("insert into bench_peer values (%s, %s)", [number, library.serialize_json(workflow)])
        for said in STEPS:
            with database.transaction():
                cursor.execute("select state from bench_peer where id = %s for update", [number])
                workflow = library.deserialize_json(cursor.fetchone()[0])
                workflow.script_engine = engine
                do(workflow, said)
                cursor.execute(
                    "update bench_peer set state = %s where id = %s", [library.serialize_json(workflow), number]
                )
        assert workflow.completed

    bare = per_second(lambda number: through(number, lambda workflow: workflow), many)
    fewer = max(10, many // 3)
    stored = per_second(lambda number: through(number, kept), fewer)
    with psycopg.connect(**where, autocommit=True) as database, database.cursor() as cursor:
        cursor.execute("create table bench_peer (id integer primary key, state text)")
        by_postgres(0)
        held = per_second(by_postgres, fewer)
        cursor.execute("drop table bench_peer")
    return {"bare": bare, "stored": stored, "kept": held, "bytes": sum(sizes) / len(sizes)}


def per_second(once: Callable[[int], None], many: int) -> float:
    began = time.perf_counter()
    for number in range(1, many + 1):
        once(number)
    return many / (time.perf_counter() - began)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
if __name__ == "__main__":
    print(json.dumps(_library(int(sys.argv[1]), json.load(sys.stdin))))
