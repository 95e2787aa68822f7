"""An action that refuses, where the drawing expects it: the error boundary of the step, or of what it stands in."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from ludao.base.errors import LudaoError


def caught(task: Any, error: LudaoError) -> bool:
    """Whether a boundary takes it: one for this code (problem, conflict, not_found), or for any."""
    for one in _around(task):
        for guard in one.parent.children if one.parent else ():
            spec = guard.task_spec
            if isinstance(spec, BoundaryEvent) and _takes(spec.event_definition, error):
                said = {"error": {"code": error.code, "text": str(error), "field": error.field}}
                spec.catch(guard, BpmnEvent(spec.event_definition, payload=said))
                spec._update(guard)
                return True
    return False


def _takes(definition: Any, error: LudaoError) -> bool:
    return isinstance(definition, ErrorEventDefinition) and definition.code in (None, "", error.code)


def _around(task: Any) -> Iterator[Any]:
    """The task, then each sub-process or call that it stands in."""
    while task is not None:
        yield task
        flow = task.workflow
        task = flow.top_workflow.get_task_from_id(flow.parent_task_id) if flow.parent_task_id else None
