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

from ludao.base.errors import Problem
from ludao.base.text import t

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
LUDAO = "{https://ludao.dev/bpmn}"
LARGEST = 2_000_000
# Where a drawing sketches data flows they tell the reader; the data of a process stand together, by name.
SKETCHED = ("dataInputAssociation", "dataOutputAssociation", "dataStoreReference", "dataStore")


class ActionTask(ServiceTask):  # type: ignore[misc]  # the library carries no types
    """A service task: `implementation` is an action's address, its parameters are conditions' words over the data."""

    def __init__(self, wf_spec: Any, bpmn_id: str, address: str, parameters: Mapping[str, str], **more: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **more)
        self.address, self.parameters = address, dict(parameters)

    def _execute(self, task: Any) -> bool:
        task.workflow.script_engine.environment.act(self.address, self.parameters, task)
        return True


class _ActionParser(TaskParser):  # type: ignore[misc]
    def create_task(self) -> ActionTask:
        given = {p.get("name", ""): p.get("value", "") for p in self.node.iter(f"{LUDAO}parameter")}
        address = self.node.get("implementation", "")
        return ActionTask(self.spec, self.bpmn_id, address=address, parameters=given, **self.bpmn_attributes)


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {full_tag("serviceTask"): (_ActionParser, ActionTask)}


@dataclass(frozen=True)
class Drawing:
    """One process that can run, with the sub-processes it calls."""

    key: str
    spec: Any
    inner: Mapping[str, Any]


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
        return Drawing(chosen, parser.get_spec(chosen), parser.get_subprocess_specs(chosen))
    except ValidationException as error:
        raise Problem(t(f"流程图不能执行：{error}", f"The drawing cannot run: {error}"), field="drawing") from error


def _first(tree: Any) -> str:
    every = tree.findall(f"{BPMN}process")
    if not every:
        raise Problem(t("流程图中没有流程", "The drawing holds no process"), field="drawing")
    return str(next((p for p in every if p.get("isExecutable") == "true"), every[0]).get("id"))
