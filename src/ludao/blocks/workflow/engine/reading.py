"""Reads a drawing (BPMN 2.0 XML) into what can run; a script in it is refused, a service task names an action."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser, TaskParser
from SpiffWorkflow.bpmn.parser.event_parsers import EndEventParser, IntermediateThrowEventParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import EndEvent, IntermediateThrowEvent, ServiceTask
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t

from . import compensating
from .catching import caught
from .compensating import Compensate
from .normal import normal
from .seats import BPMN, LUDAO, Seat, seats

LARGEST = 2_000_000
REFERENCES = ("sourceRef", "targetRef", "attachedToRef", "default", "processRef", "bpmnElement")


@dataclass(frozen=True)
class Service:
    """What a service task does: an action's address, its parameters in closed words, and as whom."""

    address: str
    parameters: Mapping[str, str]
    is_by_house: bool = False


class _HouseTask(ServiceTask):  # type: ignore[misc]  # the library carries no types
    """Something that the house does; an error that the drawing expects takes its own way meanwhile."""

    def _execute(self, task: Any) -> bool | None:
        try:
            self.act(task, task.workflow.script_engine.environment)
        except LudaoError as error:
            if not caught(task, error):
                raise
            return None
        return True

    def act(self, task: Any, environment: Any) -> None:
        raise NotImplementedError


class ActionTask(_HouseTask):
    """A service task: `implementation` is an action's address, its parameters are conditions' words over the data."""

    def __init__(self, wf_spec: Any, bpmn_id: str, service: Service, **more: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **more)
        self.service = service

    def act(self, task: Any, environment: Any) -> None:
        environment.act(self.service, task)


class TableTask(_HouseTask):
    """A business rule task: it asks a decision table by its address."""

    def __init__(self, wf_spec: Any, bpmn_id: str, table: str, **more: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **more)
        self.table = table

    def act(self, task: Any, environment: Any) -> None:
        environment.decide(self.table, task)


class _ActionParser(TaskParser):  # type: ignore[misc]
    def create_task(self) -> ActionTask:
        given = {p.get("name", ""): p.get("value", "") for p in self.node.iter(f"{LUDAO}parameter")}
        service = Service(self.node.get("implementation", ""), given, self.node.get(f"{LUDAO}as", "") == "house")
        return ActionTask(self.spec, self.bpmn_id, service=service, **self.bpmn_attributes)


class _TableParser(TaskParser):  # type: ignore[misc]
    def create_task(self) -> TableTask:
        return TableTask(self.spec, self.bpmn_id, table=self.node.get(f"{LUDAO}table", ""), **self.bpmn_attributes)


def _compensation(parser: Any) -> Compensate | None:
    said = parser.node.find(f"{BPMN}compensateEventDefinition")
    if said is None:
        return None
    return Compensate(parser.spec, parser.bpmn_id, activity=said.get("activityRef", ""), **parser.bpmn_attributes)


class _ThrowParser(IntermediateThrowEventParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        return _compensation(self) or super().create_task()


class _EndParser(EndEventParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        if found := _compensation(self):
            found.connect(self.spec.end)
            return found
        return super().create_task()


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {
        full_tag("serviceTask"): (_ActionParser, ActionTask),
        full_tag("businessRuleTask"): (_TableParser, TableTask),
        full_tag("intermediateThrowEvent"): (_ThrowParser, IntermediateThrowEvent),
        full_tag("endEvent"): (_EndParser, EndEvent),
    }


@dataclass(frozen=True)
class Drawing:
    """One process that can run, with the sub-processes and the processes it calls."""

    key: str
    spec: Any
    inner: dict[str, Any]
    seats: Mapping[tuple[str, str], Seat]


def xml(text: str) -> Any:
    """The tree of a drawing; no entity is expanded, nothing is fetched. Raises Problem."""
    if len(text) > LARGEST:
        raise Problem(t("流程图太大", "The drawing is too large"), field="drawing")
    try:
        safe = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        tree = etree.fromstring(text.encode(), safe)
    except etree.XMLSyntaxError as error:
        raise Problem(t(f"不是完好的 XML：{error}", f"Not well-formed XML: {error}"), field="drawing") from error
    if tree.tag != f"{BPMN}definitions":
        raise Problem(t("不是 BPMN 2.0 流程图", "Not a BPMN 2.0 drawing"), field="drawing")
    return tree


@lru_cache(maxsize=200)
def drawing(text: str, key: str = "", called: tuple[tuple[str, str], ...] = (), is_sketch: bool = False) -> Drawing:
    """The process of this key, or the first that is said to be executable; `called` are the drawings of the processes
    that it calls, by address. A sketch may lack what a simulation plays. Raises Problem in plain words."""
    tree = xml(text) if is_sketch else _ready(text)
    chosen = key or _first(tree)
    others = [_named(_ready(inner), address) for address, inner in called]
    handlers = {name: node for one in (tree, *others) for name, node in normal(one, is_sketch).items()}
    parser = _Parser()
    try:
        for one in (tree, *others):
            parser.add_bpmn_xml(one)
        spec, inner = parser.get_spec(chosen), parser.get_subprocess_specs(chosen)
        _with_handlers(parser, {spec.name: spec, **inner}, handlers)
    except ValidationException as error:
        raise Problem(t(f"流程图不能执行：{error}", f"The drawing cannot run: {error}"), field="drawing") from error
    for each in (spec, *inner.values()):
        _join_instances(each)
    return Drawing(chosen, spec, inner, {name: seat for one in (tree, *others) for name, seat in seats(one).items()})


def _ready(text: str) -> Any:
    tree = xml(text)
    if tree.find(f".//{BPMN}scriptTask") is not None:
        raise Problem(t("流程图中不能有脚本任务", "A drawing cannot hold script tasks"), field="drawing")
    return tree


def _named(tree: Any, address: str) -> Any:
    """A called drawing under its address, its sub-processes under it, so that no two have one name."""
    renamed = {_first(tree): address}
    renamed |= {one.get("id"): f"{address}.{one.get('id')}" for one in tree.iter(f"{BPMN}subProcess")}
    for one in tree.iter():
        for name in ("id", *REFERENCES):
            if one.get(name) in renamed:
                one.set(name, renamed[one.get(name)])
        if one.tag in (f"{BPMN}flowNodeRef",) and (one.text or "").strip() in renamed:
            one.text = renamed[(one.text or "").strip()]
    return tree


def _with_handlers(parser: Any, specs: Mapping[str, Any], handlers: Mapping[str, Any]) -> None:
    """Compensation handlers stand outside the flow, so the parser does not come upon them."""
    names: dict[str, dict[str, str]] = {}
    for activity, node in handlers.items():
        home = node.getparent().get("id")
        if home in specs:
            handler = parser.get_process_parser(home).parse_node(node)
            compensating.loosen(specs[home], handler)
            names.setdefault(home, {})[activity] = handler.name
    for home, spec in specs.items():
        compensating.connect(spec, names.get(home, {}))


def _join_instances(spec: Any) -> None:
    """The library listens to the instances of a task only in the process that made them; they live in any."""
    for one in list(spec.task_specs.values()):
        if isinstance(one, LoopTask):
            spec.task_specs[one.task_spec].completed_event.connect(one.merge_child)


def _first(tree: Any) -> str:
    every = tree.findall(f"{BPMN}process")
    if not every:
        raise Problem(t("流程图中没有流程", "The drawing holds no process"), field="drawing")
    return str(next((p for p in every if p.get("isExecutable") == "true"), every[0]).get("id"))


def titles(text: str) -> tuple[str, str]:
    """What the process is called, in both languages."""
    tree = xml(text)
    chosen = _first(tree)
    process = next(p for p in tree.findall(f"{BPMN}process") if p.get("id") == chosen)
    pool = next((p for p in tree.iter(f"{BPMN}participant") if p.get("processRef") == chosen), process)
    zh = process.get("name") or pool.get("name") or chosen
    return zh[:200], (process.get(f"{LUDAO}en") or pool.get(f"{LUDAO}en") or zh)[:300]


def calls(text: str) -> list[str]:
    """The addresses of the processes that a drawing calls outside itself."""
    tree = xml(text)
    here = {one.get("id") for one in tree.findall(f"{BPMN}process")}
    asked = [one.get("calledElement") or "" for one in tree.iter(f"{BPMN}callActivity")]
    return [one for one in dict.fromkeys(asked) if one and one not in here]
