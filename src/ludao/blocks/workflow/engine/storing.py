"""Keeps a run in few bytes: its state without the drawing, task numbers for UUIDs, deflated with a dictionary."""

import json
import re
import zlib
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import DEFAULT_CONFIG, BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.serializer.helpers import DefaultRegistry

from .reading import Drawing
from .running import Run, _Closed, _Engine, no_call

UUID_TEXT = re.compile(r'"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')
MARK = "\x01"  # JSON writes it escaped, so it never stands in the text by itself
NUMBERED = re.compile(f'"{MARK}([0-9]+)"')
# What every state holds; deflate points back into it.
WORDS = (
    b'"bpmn_events":[],"subprocesses":{},"success":true,"completed":false,"correlations":{},"last_task":'
    b'"data":{"data_objects":{}},"typename":"BpmnWorkflow","root":"tasks":{'
    b'"internal_data":{},"data":{},"delta":{"updates":{},"deletions":[]},"typename":"Task"},'
    b'"children":[],"last_state_change":17,"state":64,"task_spec":"","triggered":false,"parent":null,"id":'
)


class _State(BpmnWorkflowConverter):  # type: ignore[misc]
    """The library's state of a workflow, without the specifications, which the drawing gives again."""

    def state(self, workflow: Any) -> dict[str, Any]:
        held = super(BpmnWorkflowConverter, self).to_dict(workflow)
        held["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        held["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
        return dict(held)

    def workflow(self, held: dict[str, Any], drawing: Drawing) -> Any:
        workflow = BpmnWorkflow(drawing.spec, dict(drawing.inner), deserializing=True)
        workflow.tasks = self.mapping_from_dict(held["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(held["root"])]
        self.set_default_attributes(workflow, held)
        self.subprocesses_from_dict(held["subprocesses"], workflow)
        workflow.bpmn_events = self.registry.restore(held["bpmn_events"])
        return workflow


_registry = BpmnWorkflowSerializer.configure(DEFAULT_CONFIG, DefaultRegistry())
_converter = _State(BpmnWorkflow, _registry)


def save(run: Run) -> bytes:
    """A number once given to a task stays its number."""
    text = json.dumps(_converter.state(run.workflow), ensure_ascii=False, separators=(",", ":"))
    every = [task.id for flow in (run.workflow, *run.workflow.subprocesses.values()) for task in flow.tasks.values()]
    numbers = {one: one.int for one in every if one.int < 1 << 32}
    following = max(numbers.values(), default=0)
    for one in every:
        if one not in numbers:
            following += 1
            numbers[one] = following
    known = {str(one): number for one, number in numbers.items()}
    text = UUID_TEXT.sub(lambda m: f'"{MARK}{known[m[1]]}"' if m[1] in known else m[0], text)
    press = zlib.compressobj(6, zlib.DEFLATED, -15, zdict=WORDS)
    return press.compress(text.encode()) + press.flush()


def load(state: bytes, drawing: Drawing) -> Run:
    text = zlib.decompressobj(-15, zdict=WORDS).decompress(state).decode()
    text = NUMBERED.sub(lambda m: f'"{UUID(int=int(m[1]))}"', text)
    run = Run(drawing, _converter.workflow(json.loads(text), drawing))
    run.workflow.script_engine = _Engine(_Closed(no_call))
    return run
