"""Goes through a drawing without anybody: every way there is, and many walks by chance, with how long each takes.

It is the engine itself that runs; only what decides is played. Where a gateway forks, a flow's `ludao:share` says how
often it is taken (equal shares where it does not); a step takes a part of its `ludao:days`, and is late as often as is
asked; a timer fires by a clock that jumps from one event to the next. Days are working days: five in a week of seven.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.specs.MultiChoice import MultiChoice

from ludao.base import clock, conditions
from ludao.base.errors import LudaoError, Problem

from . import timers
from .library import numbering
from .reading import Drawing, Service
from .running import Run, Waiting, _Closed
from .seats import BPMN, LUDAO

WEEK = 7 / 5  # days in a week for each working day
MOST_MOVES = 200  # of one walk; a walk that goes on is cut
MOST_WAYS = 200
AGAIN = 2  # times that one way takes the same flow
UNKNOWN_DAYS = 1.0  # of a step without a term
SEVERAL = [1, 2]  # what a countersigning is played with


@dataclass(frozen=True)
class Way:
    """One way from the start to an end: the steps in their order, how long it takes, how often chance took it."""

    steps: tuple[str, ...]
    end: str
    days: float
    share: float = 0.0


@dataclass(frozen=True)
class Passed:
    """How often walks passed an element, and how long a step took on the mean and at most, in working days."""

    count: int
    mean: float = 0.0
    most: float = 0.0


@dataclass(frozen=True)
class Simulation:
    walks: int
    finished: int
    cut: int
    failed: Mapping[str, int]
    days: Mapping[str, float]  # p10, p50, p90, mean
    elements: Mapping[str, Passed]
    flows: Mapping[str, int]
    ends: Mapping[str, int]
    ways: Sequence[Way]
    has_more_ways: bool = False


class Chance:
    """Decides by the dice."""

    def __init__(self, seed: int, late: float) -> None:
        self.dice, self.late = random.Random(seed), late

    def choose(self, shares: Sequence[float], used: Sequence[int]) -> int:
        return self.dice.choices(range(len(shares)), weights=shares)[0] if sum(shares) else 0

    def takes(self, days: float) -> float:
        return days * self.dice.triangular(0.1, 1.0, 0.5)

    def is_late(self) -> bool:
        return self.dice.random() < self.late


class Script:
    """Decides as it is told, then by the first; remembers what else could have been."""

    def __init__(self, told: Sequence[int]) -> None:
        self.told, self.trace = told, []  # type: Sequence[int], list[tuple[int, list[int]]]

    def choose(self, shares: Sequence[float], used: Sequence[int]) -> int:
        fresh = [n for n in range(len(shares)) if used[n] < AGAIN] or list(range(len(shares)))
        place = len(self.trace)
        chosen = self.told[place] if place < len(self.told) and self.told[place] < len(shares) else fresh[0]
        self.trace.append((chosen, fresh))
        return chosen

    def takes(self, days: float) -> float:
        return days * 0.5

    def is_late(self) -> bool:
        return self.choose([1, 1], [0, 0]) == 1


Decider = Chance | Script


def simulate(text: str, drawing: Drawing, *, walks: int = 200, late: float = 0.1, seed: int = 1) -> Simulation:
    """`drawing` was read from `text` as a sketch. Raises nothing: what fails is counted with its reason."""
    plan = Plan(text)
    found = [_Walk(drawing, plan, Chance(seed + number, late)).go() for number in range(walks)]
    ways, has_more = _ways(drawing, plan)
    shares = Counter(one.signature for one in found if one.is_finished)
    took = sorted(one.days for one in found if one.is_finished)
    elements: dict[str, list[float]] = defaultdict(list)
    for one in found:
        for element, days in one.passed:
            elements[element].append(days)
    return Simulation(
        walks=walks,
        finished=len(took),
        cut=sum(one.is_cut for one in found),
        failed=dict(Counter(one.trouble for one in found if one.trouble)),  # a template asks a Counter for "items"
        days=_quantiles(took),
        elements={name: Passed(len(all_), sum(all_) / len(all_), max(all_)) for name, all_ in elements.items()},
        flows=dict(Counter(flow for one in found for flow in one.flows)),
        ends=dict(Counter(one.end for one in found if one.is_finished)),
        ways=sorted(
            (Way(one.signature[0], one.end, one.days, shares[one.signature] / walks if walks else 0) for one in ways),
            key=lambda way: (-way.share, way.days),
        ),
        has_more_ways=has_more,
    )


def _ways(drawing: Drawing, plan: "Plan") -> tuple[list["_Walk"], bool]:
    """Every way that can be told apart, each loop gone round at most twice."""
    found: dict[Any, _Walk] = {}
    left: list[list[int]] = [[]]
    tried = 0
    while left and tried < MOST_WAYS:
        told = left.pop()
        script = Script(told)
        walk = _Walk(drawing, plan, script).go()
        tried += 1
        if walk.is_finished:
            found.setdefault(walk.signature, walk)
        chosen = [one for one, _ in script.trace]
        for place in range(len(told), len(script.trace)):
            for other in script.trace[place][1]:
                if other != chosen[place]:
                    left.append([*chosen[:place], other])
    return list(found.values()), bool(left)


def _quantiles(took: list[float]) -> dict[str, float]:
    if not took:
        return {}
    at = {f"p{part}": took[min(len(took) - 1, int(len(took) * part / 100))] for part in (10, 50, 90)}
    return at | {"mean": sum(took) / len(took)}


class Plan:
    """What the drawing says of its flows and names, which the engine does not keep."""

    def __init__(self, text: str) -> None:
        from .reading import xml

        tree = xml(text)
        every = list(tree.iter(f"{BPMN}sequenceFlow"))
        self.flow_of = {(f.get("sourceRef"), f.get("targetRef")): f.get("id") for f in every}
        self.shares = {f.get("id"): _number(f.get(f"{LUDAO}share")) for f in every}
        said = {one.get("id"): one.get("name") or one.get("id") for one in tree.iter() if one.get("id")}
        self.names = {id: " ".join(name.split()) for id, name in said.items()}
        guards = tree.iter(f"{BPMN}boundaryEvent")
        self.guard_shares = {one.get("id"): _number(one.get(f"{LUDAO}share")) for one in guards}

    def options(self, source: str, targets: Sequence[str]) -> list[float]:
        """The shares of the ways out, those unsaid dividing what is left."""
        said = [self.shares.get(self.flow_of.get((source, target), "")) for target in targets]
        left = max(0.0, 100 - sum(one for one in said if one is not None))
        unsaid = sum(one is None for one in said)
        return [left / unsaid if one is None else one for one in said]


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


class _Engine(PythonScriptEngine):  # type: ignore[misc]  # the library carries no types
    def __init__(self, walk: "_Walk") -> None:
        super().__init__(environment=_Played(walk))
        self.walk = walk

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self.walk.evaluate(task, expression)


class _Played(_Closed):
    def __init__(self, walk: "_Walk") -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self.walk = walk

    def act(self, service: Service, task: Any) -> None:
        self.walk.service(task)

    def decide(self, address: str, task: Any) -> None:
        self.walk.service(task)


@dataclass
class _Walk:
    drawing: Drawing
    plan: Plan
    decider: Decider
    is_finished: bool = False
    is_cut: bool = False
    trouble: str = ""
    days: float = 0.0
    end: str = ""
    passed: list[tuple[str, float]] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    asked: dict[Any, list[Any]] = field(default_factory=dict)
    used: Counter[Any] = field(default_factory=Counter)
    due: dict[int, datetime] = field(default_factory=dict)
    opened: dict[int, datetime] = field(default_factory=dict)

    @property
    def signature(self) -> tuple[tuple[str, ...], str]:
        return tuple(self.steps), self.end

    def go(self) -> "_Walk":
        begun = clock.now().replace(hour=9, minute=0, second=0, microsecond=0)
        token = timers.virtual.set(begun)
        try:
            self._go(begun)
        except LudaoError as error:
            self.trouble = str(error)[:200]
        except Exception as error:  # noqa: BLE001  a sketch may hold what the library trips over; it is told, not hidden
            self.trouble = f"{type(error).__name__}: {error}"[:200]
        finally:
            timers.virtual.reset(token)
        return self

    def _go(self, begun: datetime) -> None:
        run = Run.prepare(self.drawing, _supplied(self.drawing))
        run.workflow.script_engine = _Engine(self)
        run.go_on()
        for _ in range(MOST_MOVES):
            if run.is_finished:
                break
            now = self._next(run)
            if now is None:
                raise Problem("nothing moves it on")
            timers.virtual.set(now)
        else:
            self.is_cut = not run.is_finished
        self.is_finished = run.is_finished
        self.days = (timers.now() - begun).total_seconds() / 86400 / WEEK
        self._look_back(run)

    def _next(self, run: Run) -> datetime | None:
        """Do what happens next: a step is done, a timer fires, something arrives."""
        now = timers.now()
        for one in run.waiting():
            if one.id not in self.due:
                self.opened[one.id], self.due[one.id] = now, self._done_at(run, one, now)
        waiting = {one.id: one for one in run.waiting()}
        events = [(self.due[id], 1, id) for id in waiting]
        for task in list(run.workflow.event_manager.tasks.values()):
            if (at := self._arrives(task, now)) is not None:
                events.append((at, 0, task.id))
        if not events:
            return None
        at, is_step, id = min(events)
        timers.virtual.set(max(at, now) + timedelta(seconds=1))
        if is_step:
            self._complete(run, waiting[id])
        else:
            self._arrive(run, id)
        return timers.now()

    def _done_at(self, run: Run, one: Waiting, now: datetime) -> datetime:
        days = one.seat.days if one.seat and one.seat.days is not None else UNKNOWN_DAYS
        task = run.workflow.get_task_from_id(one.id)
        guards = [one for one in _guards(task) if isinstance(one.task_spec.event_definition, TimerEventDefinition)]
        times = [at for guard in guards if (at := _timer(guard)) is not None]
        took = now + timedelta(days=self.decider.takes(days) * WEEK)
        if times and self.decider.is_late():
            return max(times) + timedelta(days=1)
        return min(took, *(at - timedelta(minutes=1) for at in times)) if times else took

    def _arrives(self, task: Any, now: datetime) -> datetime | None:
        definition = task.task_spec.event_definition
        if isinstance(definition, TimerEventDefinition):
            return _timer(task)
        if isinstance(task.task_spec, BoundaryEvent):  # most often nothing happens
            key = ("guard", task.id)
            if key not in self.asked:
                share = self.plan.guard_shares.get(task.task_spec.bpmn_id) or 5
                options = [0.0 if isinstance(definition, ErrorEventDefinition) else share, 100 - share]
                is_error = isinstance(definition, ErrorEventDefinition)
                self.asked[key] = [False if is_error else self.decider.choose(options[::-1], [0, 0]) == 1]
            return now + timedelta(minutes=1) if self.asked[key][0] else None
        self.asked.setdefault(("arrives", task.id), [now + timedelta(days=WEEK)])
        at: datetime = self.asked["arrives", task.id][0]
        return at

    def _arrive(self, run: Run, id: int) -> None:
        task = run.workflow.event_manager.tasks[id]
        if isinstance(task.task_spec.event_definition, TimerEventDefinition):
            run.refresh()
            return
        definition = task.task_spec.event_definition
        self.asked[("guard", id)] = [False]
        with numbering(run.numbers):
            inner = getattr(definition, "event_definitions", None)
            task.task_spec.catch(task, BpmnEvent(inner[0] if inner else definition, payload={}))
            task.task_spec._update(task)
        run.go_on()

    def _complete(self, run: Run, one: Waiting) -> None:
        said: dict[str, Any] = {}
        verbs = one.seat.verbs if one.seat else ()
        if verbs:
            said = {"outcome": verbs[0], f"{one.step}_outcome": verbs[0]}
        self.passed.append((one.step, (timers.now() - self.opened[one.id]).total_seconds() / 86400 / WEEK))
        self.steps.append(self.plan.names.get(one.step, one.step))
        run.complete(one.id, said)

    def evaluate(self, task: Any, expression: str | None) -> Any:
        spec, expression = task.task_spec, expression or ""
        if isinstance(spec, MultiChoice):
            return self._fork(task, spec)
        if isinstance(spec, LoopTask) or " [child]" in spec.name:
            return self._how_many(spec, expression)
        if isinstance(spec, CatchingEvent):
            return _time(expression)
        return True

    def _fork(self, task: Any, spec: Any) -> bool:
        """The conditions are asked one by one; what is chosen is settled at the first."""
        key = ("fork", task.id)
        if key not in self.asked:
            targets = [_element(name) for _, name in spec.cond_task_specs]
            source = _element(spec.name)
            shares = self.plan.options(source, targets)
            used = [self.used[source, target] for target in targets]
            chosen = self.decider.choose(shares, used)
            self.used[source, targets[chosen]] += 1
            conditional = [n for n, (condition, _) in enumerate(spec.cond_task_specs) if condition is not None]
            self.asked[key] = [n == chosen for n in conditional]
        return bool(self.asked[key].pop(0)) if self.asked[key] else False

    def _how_many(self, spec: Any, expression: str) -> Any:
        if expression == getattr(spec, "cardinality", None):
            return int(expression) if expression.strip().isdigit() else len(SEVERAL)
        return False

    def service(self, task: Any) -> None:
        """Done at once, unless chance takes one of the errors that the drawing expects."""
        guards = [g for g in _guards(task) if isinstance(g.task_spec.event_definition, ErrorEventDefinition)]
        step = task.task_spec.bpmn_id
        self.passed.append((step, 0.0))
        self.steps.append(self.plan.names.get(step, step))
        if not guards:
            return
        shares = [self.plan.guard_shares.get(g.task_spec.bpmn_id) or 10 for g in guards]
        used = [0, *(self.used[g.task_spec.bpmn_id] for g in guards)]
        chosen = self.decider.choose([max(0, 100 - sum(shares)), *shares], used)
        if chosen:
            guard = guards[chosen - 1].task_spec
            self.used[guard.bpmn_id] += 1
            error = Problem("played")
            error.code = guard.event_definition.code or error.code
            raise error

    def _look_back(self, run: Run) -> None:
        steps = {element for element, _ in self.passed}
        for flow in (run.workflow, *run.workflow.subprocesses.values()):
            for task in flow.tasks.values():
                if task.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE):
                    continue
                here = _shape(task)
                if here and (source := _above(task)):
                    self.flows += [id for id in [self.plan.flow_of.get((source, here))] if id]
                if here and here not in steps and task.has_state(TaskState.COMPLETED):
                    self.passed.append((here, 0.0))
        ended = [_shape(t) for t in run.workflow.tasks.values() if _ends(t) and t.has_state(TaskState.COMPLETED)]
        self.end = "、".join(dict.fromkeys(self.plan.names.get(one, one) for one in ended if one))


def _supplied(drawing: Drawing) -> dict[str, Any]:
    """What a countersigning goes through must be there."""
    names = set()
    for spec in (drawing.spec, *drawing.inner.values()):
        for one in spec.task_specs.values():
            if isinstance(one, LoopTask) and getattr(one, "data_input", None) is not None:
                names.add(one.data_input.bpmn_id)
    return {name: list(SEVERAL) for name in names}


def _guards(task: Any) -> Iterator[Any]:
    above = task.parent
    for one in above.children if above is not None else ():
        if isinstance(one.task_spec, BoundaryEvent) and one.has_state(TaskState.WAITING):
            yield one


def _timer(task: Any) -> datetime | None:
    said = task._get_internal_data("event_value")
    said = said.get("next") if isinstance(said, dict) and said.get("cycles") else said
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def _time(expression: str) -> str:
    said = expression.strip()
    return timers.duration(said) or (said if conditions.TIME.match(said) else "P3D")


def _element(name: str) -> str:
    """The element of the drawing that a task of the engine belongs to."""
    for ending in (".split", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]"):
        name = name.removesuffix(ending)
    return name


def _shape(task: Any) -> str:
    """Empty for what is not drawn."""
    spec = task.task_spec
    is_drawn = getattr(spec, "bpmn_id", None) and not spec.name.endswith(".split") and " [child]" not in spec.name
    return str(spec.bpmn_id) if is_drawn or isinstance(spec, LoopTask) and (spec.bpmn_id or spec.name) else ""


def _above(task: Any) -> str:
    one = task.parent
    while one is not None:
        if here := _shape(one):
            return here
        one = one.parent
    return ""


def _ends(task: Any) -> bool:
    return any(output.name.endswith(".EndJoin") for output in task.task_spec.outputs)
