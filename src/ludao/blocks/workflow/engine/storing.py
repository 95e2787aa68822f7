"""Keeps a run in few bytes: its tasks as numbers, without the drawing, without what can be foretold from it again.

A state is JSON, deflated: `[flow, flow, …]`, the process first, then each sub-process or call under the task that it
stands in. A flow is `[task it stands in, done, more, tasks]`; a task is `[number, spec, state, parent, more]`, where
`spec` is its place among the names of the drawing's elements. What the process knows is kept beside, by whoever asks.
"""

import json
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task

from .library import numbering, numbers_after
from .reading import Drawing
from .running import NOWHERE, Run, _Closed, _Engine

# What many states hold; deflate points back into it.
WORDS = (
    b'{"data":{"i":{"key_or_index":"merged":["cardinality":"current":"event_fired":true'
    b'{"i":{"event_value":"2026-11-27T08:00:00.000000+00:00"}}],[null,0,{},[[1,0,64,null],[2,1,64,1],[3,2,64,2],[4,3,16,3]'
)
FORETOLD = TaskState.PREDICTED_MASK | TaskState.FUTURE


def save(run: Run) -> bytes:
    top = run.workflow
    flows = [_flow(top, None, run.data)]
    flows += [_flow(flow, id, run.data) for id, flow in sorted(top.subprocesses.items())]
    text = json.dumps(flows, ensure_ascii=False, separators=(",", ":"))
    press = zlib.compressobj(6, zlib.DEFLATED, -15, zdict=WORDS)
    return press.compress(text.encode()) + press.flush()


def load(state: bytes, drawing: Drawing, data: dict[str, Any]) -> Run:
    """`data` is what the process knew when it was saved; the run goes on with that very dict."""
    text = zlib.decompressobj(-15, zdict=WORDS).decompress(state)
    first, *inner = json.loads(text)
    top = BpmnWorkflow(drawing.spec, drawing.inner, script_engine=_Engine(_Closed(NOWHERE)), deserializing=True)
    last = _fill(top, first, top, data)
    for flow in inner:
        task = top.get_task_from_id(flow[0])
        spec = top.subprocess_specs[task.task_spec.spec]
        sub = BpmnSubWorkflow(spec, task.id, top, deserializing=True)
        sub.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
        top.subprocesses[task.id] = sub
        last = max(last, _fill(sub, flow, top, task.data))
    numbers = numbers_after(last)
    with numbering(numbers):
        for flow in (top, *top.subprocesses.values()):
            for task in [one for one in flow.tasks.values() if one.has_state(UNDER_WAY)]:
                task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    return Run(drawing, top, data, numbers)


UNDER_WAY = TaskState.READY | TaskState.WAITING | TaskState.STARTED


def _flow(flow: Any, id: int | None, data: dict[str, Any]) -> list[Any]:
    more = {"correlations": flow.correlations} if flow.correlations else {}
    if objects := flow.data_objects:
        more["objects"] = objects
    return [id, int(flow.completed), more, list(_tasks(flow, data))]


def _tasks(flow: Any, data: dict[str, Any]) -> Iterator[list[Any]]:
    places = _places(flow.spec)
    tasks = flow.tasks
    for task in tasks.values():
        parent = tasks.get(task._parent)
        if task._state & FORETOLD and parent is not None and not parent._state & TaskState.FINISHED_MASK:
            continue
        kept = [task.id, places[task.task_spec.name], task._state, task._parent]
        more: dict[str, Any] = {}
        if task.internal_data:
            more["i"] = task.internal_data
        if task.triggered:
            more["t"] = 1
        if parent is not None and task.data and task.data is not parent.data:
            more["data"] = task.data
        yield [*kept, more] if more else kept


def _fill(flow: Any, held: list[Any], top: Any, data: dict[str, Any]) -> int:
    """The tasks again, in the order in which they were made. The highest number."""
    _, is_done, more, tasks = held
    names, specs = _names(flow.spec), flow.spec.task_specs
    flow.completed = bool(is_done)
    flow.correlations = more.get("correlations", {})
    if "objects" in more:
        flow.data["data_objects"] = more["objects"]
    for id, place, state, parent, *rest in sorted(tasks, key=lambda one: one[0]):
        task = Task.__new__(Task)
        task.id, task.workflow, task._parent, task._children, task._state = id, flow, parent, [], state
        task.task_spec, task.thread_id, task.last_state_change = specs[names[place]], 0, 0.0
        said = rest[0] if rest else {}
        task.internal_data, task.triggered = said.get("i", {}), bool(said.get("t"))
        above = flow.tasks.get(parent)
        task.data = said.get("data", data if above is None else above.data)
        flow.tasks[id] = task
        if above is None:
            flow.task_tree = task
        else:
            above._children.append(id)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            top.event_manager.add_task(task)
    return max(flow.tasks, default=0)


@lru_cache(maxsize=2000)
def _names(spec: Any) -> tuple[str, ...]:
    return tuple(sorted(spec.task_specs))


@lru_cache(maxsize=2000)
def _places(spec: Any) -> dict[str, int]:
    return {name: place for place, name in enumerate(_names(spec))}
