"""Steps a process: begin, complete a waiting step, hear a message, let timers fire."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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

from . import timers
from .library import numbering, numbers_after
from .reading import Drawing, Service
from .seats import Seat
from .tables import decide

Call = Callable[[Service, Mapping[str, Any]], Any]
Tables = Callable[[str], str]


@dataclass(frozen=True)
class Waiting:
    """A step that waits for a person: its place in the drawing, which of several it is, and what is known there."""

    id: int
    step: str
    title: str
    lane: str
    data: Mapping[str, Any] = field(repr=False)
    index: int | None = None
    seat: Seat | None = None


def no_call(service: Service, given: Mapping[str, Any]) -> Any:
    address = service.address
    raise Problem(t(f"这里不能执行动作 {address}", f"The action {address} cannot be done here"))


def no_table(address: str) -> str:
    raise Problem(t(f"没有决策表 {address}", f"There is no decision table {address}"))


@dataclass(frozen=True)
class House:
    """What stands around a process: how its actions are done, and what its decision tables say now."""

    call: Call = no_call
    table: Tables = no_table


NOWHERE = House()


class _Closed(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Conditions by closed words, no scripts, services by the house's registry."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        return timers.duration(expression) or conditions.value(expression, {**(external_context or {}), **context})

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        raise Problem(t("流程图中的脚本不会被执行", "Scripts of a drawing are never executed"))

    def act(self, service: Service, task: Any) -> None:
        """What the action gave stands in the data under the step's name."""
        given = {name: conditions.value(text, task.data) for name, text in service.parameters.items()}
        task.data[task.task_spec.bpmn_id] = self.house.call(service, given)

    def decide(self, address: str, task: Any) -> None:
        """What a decision table gives stands in the data by the names of its outputs."""
        where, _, key = address.partition("#")
        task.data.update(decide(self.house.table(where), task.data, key))


class _Engine(PythonScriptEngine):  # type: ignore[misc]
    """Errors reach the person in the house's own words, not wrapped in the library's."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self.environment.evaluate(expression, task.data, external_context)


@dataclass
class Run:
    """One process on its way. `data` is what it knows; its tasks share it."""

    drawing: Drawing
    workflow: Any
    data: dict[str, Any]
    numbers: Iterator[int] = field(default_factory=lambda: numbers_after(0))

    @classmethod
    def begin(cls, drawing: Drawing, data: Mapping[str, Any], house: House = NOWHERE) -> "Run":
        run = cls.prepare(drawing, data, house)
        run.go_on()
        return run

    @classmethod
    def prepare(cls, drawing: Drawing, data: Mapping[str, Any], house: House = NOWHERE) -> "Run":
        """Before its first step."""
        numbers = numbers_after(0)
        with numbering(numbers):
            workflow = BpmnWorkflow(drawing.spec, drawing.inner, script_engine=_Engine(_Closed(house)))
        workflow.task_tree.data = deepcopy(dict(data))
        return cls(drawing, workflow, workflow.task_tree.data, numbers)

    def go_on(self) -> None:
        """All that the engine can do by itself."""
        self._on()

    def stands_in(self, house: House) -> None:
        """From now on service tasks are done by this."""
        self.workflow.script_engine = _Engine(_Closed(house))

    @property
    def is_finished(self) -> bool:
        return bool(self.workflow.completed)

    def waiting(self) -> list[Waiting]:
        """The steps that wait for people, also those within sub-processes and calls."""
        return [self._waiting(task) for task in self._in(TaskState.READY) if task.task_spec.manual]

    def _waiting(self, task: Any) -> Waiting:
        spec, kept = task.task_spec, task.internal_data
        step = str(spec.bpmn_id or spec.name).removesuffix(" [child]")
        index = kept.get("key_or_index", kept.get("item", kept.get("iteration")))
        return Waiting(
            task.id,
            step,
            spec.bpmn_name or step,
            spec.lane or "",
            task.data,
            index if isinstance(index, int) else None,
            self.drawing.seats.get((task.workflow.spec.name, step)),
        )

    def stuck(self) -> list[str]:
        """What the elements are called that could not go on."""
        specs = [task.task_spec for task in self._in(TaskState.ERROR)]
        return [" ".join(str(spec.bpmn_name or spec.bpmn_id or spec.name).split()) for spec in specs]

    def _in(self, state: int) -> list[Any]:
        flows = (self.workflow, *self.workflow.subprocesses.values())
        return [task for flow in flows for task in flow.tasks.values() if task.has_state(state)]

    def retry(self, data: Mapping[str, Any]) -> None:
        """What could not go on tries again, with what was lacking."""
        self.data.update(deepcopy(dict(data)))
        with numbering(self.numbers):
            for task in self._in(TaskState.ERROR):
                task._set_state(TaskState.READY)
                task.task_spec._predict(task, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
        self._on()

    def delay(self, rest: timedelta) -> None:
        """Every timer that waits fires so much later: the clock stood still."""
        for task in self.workflow.event_manager.tasks.values():
            said = task._get_internal_data("event_value")
            if isinstance(said, dict):
                said["next"] = _later(said["next"], rest)
            elif isinstance(said, str):
                task._set_internal_data(event_value=_later(said, rest))

    def due_at(self) -> datetime | None:
        """When the next timer is due."""
        every = [task._get_internal_data("event_value") for task in self.workflow.event_manager.tasks.values()]
        said = [one["next"] if isinstance(one, dict) else one for one in every if one]
        return min((datetime.fromisoformat(one) for one in said if isinstance(one, str)), default=None)

    def complete(self, id: int, data: Mapping[str, Any]) -> None:
        """Raises Conflict when the step no longer waits."""
        task = next((one for one in self._in(TaskState.READY) if one.id == id), None)
        if task is None:
            raise Conflict(t("这一步已经办过", "This step is done already"))
        task.data.update(deepcopy(dict(data)))
        self._on(task.run)

    def hear(self, name: str, data: Mapping[str, Any]) -> bool:
        """Whether anybody waited for the message."""
        event = BpmnEvent(MessageEventDefinition(name), payload=dict(data))
        waits = [task for task in self.workflow.event_manager.tasks.values() if task.task_spec.catches(task, event)]
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
            with numbering(self.numbers):
                if first:
                    first()
                self.workflow.do_engine_steps()
        except LudaoError:
            raise
        except SpiffWorkflowException as error:
            raise Problem(t(f"流程走不下去：{error}", f"The process cannot go on: {error}")) from error


def _later(moment: str, rest: timedelta) -> str:
    return (datetime.fromisoformat(moment) + rest).isoformat()
