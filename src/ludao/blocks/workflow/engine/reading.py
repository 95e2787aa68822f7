"""Reads a drawing (BPMN 2.0 XML) into what can run; a script in it is refused, a service task names an action."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser, TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t

from .catching import caught
from .seats import BPMN, LUDAO, Seat, seats

LARGEST = 2_000_000
# Where a drawing sketches data flows they tell the reader; the data of a process stand together, by name.
SKETCHED = ("dataInputAssociation", "dataOutputAssociation", "dataStoreReference", "dataStore")


@dataclass(frozen=True)
class Service:
    """What a service task does: an action's address, its parameters in closed words, and as whom."""

    address: str
    parameters: Mapping[str, str]
    is_by_house: bool = False


class ActionTask(ServiceTask):  # type: ignore[misc]  # the library carries no types
    """A service task: `implementation` is an action's address, its parameters are conditions' words over the data."""

    def __init__(self, wf_spec: Any, bpmn_id: str, service: "Service", **more: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **more)
        self.service = service

    def _execute(self, task: Any) -> bool | None:
        """None while an error that the drawing expects takes its own way."""
        try:
            task.workflow.script_engine.environment.act(self.service, task)
        except LudaoError as error:
            if not caught(task, error):
                raise
            return None
        return True


class _ActionParser(TaskParser):  # type: ignore[misc]
    def create_task(self) -> ActionTask:
        given = {p.get("name", ""): p.get("value", "") for p in self.node.iter(f"{LUDAO}parameter")}
        service = Service(self.node.get("implementation", ""), given, self.node.get(f"{LUDAO}as", "") == "house")
        return ActionTask(self.spec, self.bpmn_id, service=service, **self.bpmn_attributes)


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {full_tag("serviceTask"): (_ActionParser, ActionTask)}


@dataclass(frozen=True)
class Drawing:
    """One process that can run, with the sub-processes it calls."""

    key: str
    spec: Any
    inner: Mapping[str, Any]
    seats: Mapping[str, Seat]


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
def drawing(text: str, key: str = "") -> Drawing:
    """The process of this key, or the first that is said to be executable. Raises Problem in plain words."""
    tree = xml(text)
    if tree.find(f".//{BPMN}scriptTask") is not None:
        raise Problem(t("流程图中不能有脚本任务", "A drawing cannot hold script tasks"), field="drawing")
    chosen = key or _first(tree)
    for one in [each for tag in SKETCHED for each in tree.iter(f"{BPMN}{tag}")]:
        one.getparent().remove(one)
    parser = _Parser()
    try:
        parser.add_bpmn_xml(tree)
        spec, inner = parser.get_spec(chosen), parser.get_subprocess_specs(chosen)
        for one in (spec, *inner.values()):
            _join_instances(one)
        return Drawing(chosen, spec, inner, seats(tree))
    except ValidationException as error:
        raise Problem(t(f"流程图不能执行：{error}", f"The drawing cannot run: {error}"), field="drawing") from error


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
