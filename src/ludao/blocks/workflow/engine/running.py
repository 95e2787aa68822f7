"""Steps a process: begin, complete a waiting step, hear a message, let timers fire."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException

from ludao.base import conditions
from ludao.base.errors import Conflict, LudaoError, Problem
from ludao.base.text import t

from .reading import Drawing

Call = Callable[[str, Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Waiting:
    """A step that waits for a person: its name in the drawing, whose lane it stands in, and what is known there."""

    id: str
    step: str
    title: str
    lane: str
    data: Mapping[str, Any] = field(repr=False)


def no_call(address: str, arguments: Mapping[str, Any]) -> Any:
    raise Problem(t(f"这里不能执行动作 {address}", f"The action {address} cannot be done here"))


class _Closed(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Conditions by closed words, no scripts, services by the house's registry."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        return conditions.value(expression, {**(external_context or {}), **context})

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        raise Problem(t("流程图中的脚本不会被执行", "Scripts of a drawing are never executed"))

    def act(self, address: str, parameters: Mapping[str, str], task: Any) -> None:
        """What the action gave stands in the data under the step's name."""
        given = {name: conditions.value(text, task.data) for name, text in parameters.items()}
        task.data[task.task_spec.bpmn_id] = self.call(address, given)


class _Engine(PythonScriptEngine):  # type: ignore[misc]
    """Errors reach the person in the house's own words, not wrapped in the library's."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self.environment.evaluate(expression, task.data, external_context)


@dataclass
class Run:
    """One process on its way."""

    drawing: Drawing
    workflow: Any

    @classmethod
    def begin(cls, drawing: Drawing, data: Mapping[str, Any], call: Call = no_call) -> "Run":
        workflow = BpmnWorkflow(drawing.spec, dict(drawing.inner), script_engine=_Engine(_Closed(call)))
        for task in workflow.get_tasks(state=TaskState.READY):
            task.data.update(deepcopy(dict(data)))
        run = cls(drawing, workflow)
        run._on()
        return run

    def may_call(self, call: Call) -> None:
        """From now on service tasks are done by this."""
        self.workflow.script_engine = _Engine(_Closed(call))

    @property
    def is_finished(self) -> bool:
        return bool(self.workflow.completed)

    @property
    def data(self) -> dict[str, Any]:
        """What the finished process leaves behind."""
        return dict(self.workflow.data)

    def waiting(self) -> list[Waiting]:
        return [
            Waiting(str(task.id), spec.bpmn_id or spec.name, spec.bpmn_name or spec.name, spec.lane or "", task.data)
            for task in self.workflow.get_tasks(state=TaskState.READY)
            for spec in [task.task_spec]
        ]

    def due_at(self) -> datetime | None:
        """When the next timer is due."""
        every = [task._get_internal_data("event_value") for task in self.workflow.event_manager.tasks.values()]
        said = [one["next"] if isinstance(one, dict) else one for one in every if one]
        return min((datetime.fromisoformat(one) for one in said if isinstance(one, str)), default=None)

    def complete(self, id: str, data: Mapping[str, Any]) -> None:
        """Raises Conflict when the step no longer waits."""
        ready = self.workflow.get_tasks(state=TaskState.READY)
        task = next((one for one in ready if str(one.id) == id), None)
        if task is None:
            raise Conflict(t("这一步已经办过", "This step is done already"))
        task.data.update(deepcopy(dict(data)))
        self._on(task.run)

    def hear(self, name: str, data: Mapping[str, Any]) -> bool:
        """Whether anybody waited for the message."""
        event = BpmnEvent(MessageEventDefinition(name), payload=dict(data))
        waits = [t for t in self.workflow.event_manager.tasks.values() if t.task_spec.catches(t, event)]
        for task in waits:
            task.data.update(deepcopy(dict(data)))
        if waits:
            self._on(lambda: self.workflow.catch(event))
        return bool(waits)

    def refresh(self) -> None:
        """Let the timers that are due fire."""
        self._on(self.workflow.refresh_timers)

    def cancel(self) -> None:
        self.workflow.cancel()

    def _on(self, first: Callable[[], Any] | None = None) -> None:
        """The step, and all that the engine can do after it by itself."""
        try:
            if first:
                first()
            self.workflow.do_engine_steps()
        except LudaoError:
            raise
        except SpiffWorkflowException as error:
            raise Problem(t(f"流程走不下去：{error}", f"The process cannot go on: {error}")) from error
