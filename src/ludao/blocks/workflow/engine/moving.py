"""A run taken over to another drawing of the same process: element by element, by their names."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow import TaskState

from ludao.base.text import t

from .reading import Drawing
from .running import Run
from .storing import load, save

ALIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED | TaskState.ERROR


def hindrances(run: Run, drawing: Drawing) -> list[str]:
    """What stands against it, in plain words; nothing when it can be moved."""
    return list(dict.fromkeys(_hindrances(run, drawing)))


def _hindrances(run: Run, drawing: Drawing) -> Iterator[str]:
    for flow in _flows(run):
        spec = _spec(run, flow, drawing)
        if spec is None:
            name = flow.spec.name
            yield str(t(f"新版本没有子流程“{name}”", f"The new version lacks the sub-process “{name}”"))
            continue
        for task in flow.tasks.values():
            said = _name(task)
            fresh = spec.task_specs.get(task.task_spec.name)
            if task.has_state(ALIVE):
                if fresh is None:
                    yield str(t(f"新版本没有“{said}”", f"The new version lacks “{said}”"))
                elif type(fresh) is not type(task.task_spec):
                    yield str(t(f"“{said}”换了种类", f"“{said}” became another kind of element"))
                elif task.state == TaskState.WAITING and {i.name for i in fresh.inputs} != {
                    i.name for i in task.task_spec.inputs
                }:
                    yield str(t(f"等在“{said}”前的分支变了", f"The branches that wait at “{said}” are others"))
            elif fresh is None and _holds_together(task):
                yield str(t(f"它还在“{said}”的分支里", f"It is still within the branches of “{said}”"))


def moved(run: Run, drawing: Drawing) -> Run:
    """The run on the new drawing; what is done and no longer drawn is passed over."""
    for flow in _flows(run):
        spec = _spec(run, flow, drawing)
        assert spec is not None
        for task in sorted(flow.tasks.values(), key=lambda one: one.id):
            if task.task_spec.name not in spec.task_specs:
                _passed_over(flow, task)
        flow.spec = spec
        for task in flow.tasks.values():
            task.task_spec = spec.task_specs[task.task_spec.name]
    return load(save(run), drawing, run.data)


def _passed_over(flow: Any, task: Any) -> None:
    """Its children become its parent's; what was only foretold is foretold anew."""
    if task.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE):
        if task.id in flow.tasks:
            _drop(flow, task)
        return
    above = task.parent
    above._children.remove(task.id)
    for child in task.children:
        child._parent = above.id
        above._children.append(child.id)
    flow.tasks.pop(task.id)


def _drop(flow: Any, task: Any) -> None:
    for child in list(task.children):
        _drop(flow, child)
    if task.parent is not None and task.id in task.parent._children:
        task.parent._children.remove(task.id)
    flow.tasks.pop(task.id, None)


def _flows(run: Run) -> list[Any]:
    return [run.workflow, *(flow for flow in run.workflow.subprocesses.values() if not flow.completed)]


def _spec(run: Run, flow: Any, drawing: Drawing) -> Any:
    """The process itself may have another id in the new drawing; a sub-process is found by its name."""
    return drawing.spec if flow is run.workflow else drawing.inner.get(flow.spec.name)


def _holds_together(task: Any) -> bool:
    """Something below it is still under way, and it forks: what joins will ask for it."""
    if len(task.task_spec.outputs) < 2 and "BoundaryEvent" not in task.task_spec.name:
        return False
    return any(one.has_state(ALIVE) for one in task)


def _name(task: Any) -> str:
    spec = task.task_spec
    said = getattr(spec, "bpmn_name", None) or getattr(spec, "bpmn_id", None) or spec.name
    return " ".join(str(said).split())
