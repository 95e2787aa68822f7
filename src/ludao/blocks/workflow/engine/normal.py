"""Says in the library's words what BPMN lets one draw in several: no meaning is lost, only ways of drawing.

- Sketched data flows tell the reader; the data of a process stand together, by name.
- A link is a way that was cut to spare a long line: it is joined again.
- Several ways out of a task are a parallel gateway; where they carry conditions, an inclusive one.
- Compensation handlers stand outside the flow: they are taken out and kept beside, by the activity they undo.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from .seats import BPMN
from .sketching import sketched

SKETCHED = ("dataInputAssociation", "dataOutputAssociation", "dataStoreReference", "dataStore", "ioSpecification")
TASKS = ("userTask", "manualTask", "task", "serviceTask", "businessRuleTask", "receiveTask", "sendTask", "callActivity")
STEPS = (*TASKS, "subProcess", "startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")


def normal(tree: Any, is_sketch: bool = False) -> dict[str, Any]:
    """Changes the tree. Handlers by the activity that they undo. A sketch is made such that it can be gone through."""
    if is_sketch:
        sketched(tree)
    for one in [each for tag in SKETCHED for each in tree.iter(f"{BPMN}{tag}")]:
        one.getparent().remove(one)
    _joined_links(tree)
    handlers = dict(_handlers(tree))
    for node in [one for tag in STEPS for one in tree.iter(f"{BPMN}{tag}")]:
        _split(tree, node)
    return handlers


def _joined_links(tree: Any) -> None:
    catches = {
        (event.getparent(), link.get("name")): event
        for event in tree.iter(f"{BPMN}intermediateCatchEvent")
        for link in event.findall(f"{BPMN}linkEventDefinition")
    }
    for event in list(tree.iter(f"{BPMN}intermediateThrowEvent")):
        for link in event.findall(f"{BPMN}linkEventDefinition"):
            catch = catches.get((event.getparent(), link.get("name")))
            if catch is not None:
                _flow(event.getparent(), event.get("id"), catch.get("id"), f"{event.get('id')}.link")
    for event in catches.values():  # with a way in it is a plain passing event
        event.tag = f"{BPMN}intermediateThrowEvent"


def _handlers(tree: Any) -> Iterator[tuple[str, Any]]:
    associations = {one.get("sourceRef"): one for one in tree.iter(f"{BPMN}association")}
    for guard in list(tree.iter(f"{BPMN}boundaryEvent")):
        if guard.find(f"{BPMN}compensateEventDefinition") is None:
            continue
        association = associations.get(guard.get("id"))
        handler = None if association is None else tree.find(f".//*[@id='{association.get('targetRef')}']")
        if handler is not None:
            yield guard.get("attachedToRef"), handler
        guard.getparent().remove(guard)


def _split(tree: Any, node: Any) -> None:
    process = node.getparent()
    out = [f for f in process.findall(f"{BPMN}sequenceFlow") if f.get("sourceRef") == node.get("id")]
    if len(out) < 2:
        return
    has_conditions = any(f.find(f"{BPMN}conditionExpression") is not None for f in out)
    gateway = etree.SubElement(process, f"{BPMN}{'inclusiveGateway' if has_conditions else 'parallelGateway'}")
    gateway.set("id", f"{node.get('id')}.split")
    if node.get("default"):
        gateway.set("default", node.get("default"))
        del node.attrib["default"]
    for flow in out:
        flow.set("sourceRef", gateway.get("id"))
        is_open = flow.find(f"{BPMN}conditionExpression") is None and flow.get("id") != gateway.get("default")
        if has_conditions and is_open:
            etree.SubElement(flow, f"{BPMN}conditionExpression").text = "true"
    _flow(process, node.get("id"), gateway.get("id"), f"{node.get('id')}.flow")


def _flow(process: Any, source: str, target: str, id: str) -> None:
    etree.SubElement(process, f"{BPMN}sequenceFlow", id=id, sourceRef=source, targetRef=target)
