"""Compensation: what was done is undone by the handlers drawn for it, the latest first."""

from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin


class Compensate(BpmnSpecMixin):  # type: ignore[misc]  # the library carries no types
    """The event that calls for it: of one activity, or of all that were done in this process."""

    def __init__(self, wf_spec: Any, bpmn_id: str, activity: str = "", **more: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **more)
        self.activity = activity
        self.handlers: dict[str, str] = {}  # activity → the name of its handler

    def _update_hook(self, my_task: Any) -> bool | None:
        """Handlers run one after the other, as instances of a sequential task do."""
        if "left" not in my_task.internal_data:
            super()._update_hook(my_task)
            my_task.internal_data["left"] = self._undone(my_task)
            return self._next(my_task)
        return None

    def _undone(self, my_task: Any) -> list[str]:
        """Each time an activity was done is undone once."""
        tasks = my_task.workflow.tasks.values()
        done = [
            one for one in tasks if one.task_spec.name in self.handlers and one.has_state(TaskState.COMPLETED)
            and self.activity in ("", one.task_spec.name) and not one.internal_data.get("undone")
        ]  # fmt: skip
        for one in done:
            one.internal_data["undone"] = True
        return [self.handlers[one.task_spec.name] for one in sorted(done, key=lambda one: -one.id)]

    def _next(self, my_task: Any) -> bool | None:
        if not my_task.internal_data["left"]:
            return True
        name = my_task.internal_data["left"].pop(0)
        my_task._set_state(TaskState.STARTED)
        child = my_task._add_child(my_task.workflow.spec.task_specs[name], TaskState.WAITING)
        child.triggered = True
        child.task_spec._update(child)
        return None

    def handled(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        if my_task.task_spec is self and self._next(my_task):
            my_task._set_state(TaskState.READY)


def connect(spec: Any, handlers: dict[str, str]) -> None:
    """The handlers of one process, made known to each event that calls for them."""
    for one in list(spec.task_specs.values()):
        if isinstance(one, Compensate):
            one.handlers = {activity: name for activity, name in handlers.items() if activity in spec.task_specs}
            for name in set(one.handlers.values()):
                handler = spec.task_specs[name]
                handler._inputs.append(one.name)
                handler.completed_event.connect(one.handled)


def loosen(spec: Any, handler: BpmnTaskSpec) -> None:
    """A handler leads nowhere: what follows it is the event that called for it."""
    for output in handler.outputs:
        output._inputs = [name for name in output._inputs if name != handler.name]
    handler._outputs = []
