"""A sketch lacks what a running process needs: it is filled in so that a simulation can go through it, never to run."""

from typing import Any

from lxml import etree

from .seats import BPMN

UNSAID = "unsaid"  # a condition that nobody wrote; the simulation decides
PLAYED = {"scriptTask": "serviceTask", "complexGateway": "inclusiveGateway", "adHocSubProcess": "subProcess"}
FLOWS = ("process", "subProcess", "transaction")
GATEWAYS = ("exclusiveGateway", "inclusiveGateway")
OUTSIDE = ("sequenceFlow", "laneSet", "startEvent", "boundaryEvent", "textAnnotation", "association", "dataObject")


def sketched(tree: Any) -> None:
    for before, after in PLAYED.items():
        for one in list(tree.iter(f"{BPMN}{before}")):
            one.tag = f"{BPMN}{after}"
    for inner in [one for tag in FLOWS[1:] for one in list(tree.iter(f"{BPMN}{tag}"))]:
        if inner.get("triggeredByEvent") != "true" and not any(_is_node(one) for one in inner):
            inner.tag = f"{BPMN}task"  # drawn closed, nothing is said of what it holds
    for process in [one for tag in FLOWS for one in tree.iter(f"{BPMN}{tag}")]:
        if process.tag == f"{BPMN}process":
            process.set("isExecutable", "true")
        _begin(process)
        _decide(process)
    for call in list(tree.iter(f"{BPMN}callActivity")):
        if tree.find(f".//{BPMN}process[@id='{call.get('calledElement')}']") is None:
            call.tag = f"{BPMN}task"
    for many in tree.iter(f"{BPMN}multiInstanceLoopCharacteristics"):
        if many.find(f"{BPMN}loopCardinality") is None and many.find(f"{BPMN}loopDataInputRef") is None:
            etree.SubElement(many, f"{BPMN}loopCardinality").text = "2"
    for loop in tree.iter(f"{BPMN}standardLoopCharacteristics"):
        loop.set("loopMaximum", "2")
    messages = {one.get("id") for one in tree.iter(f"{BPMN}message")}
    for one in tree.iter():
        if one.get("messageRef") and one.get("messageRef") not in messages:
            del one.attrib["messageRef"]
    for timer in tree.iter(f"{BPMN}timerEventDefinition"):
        if not "".join(timer.itertext()).strip():
            for one in list(timer):
                timer.remove(one)
            etree.SubElement(timer, f"{BPMN}timeDuration").text = "P3D"


def _begin(process: Any) -> None:
    """Without a start it begins wherever nothing leads to; without an end it ends wherever nothing leads on."""
    nodes = [one for one in process if isinstance(one.tag, str) and _is_node(one)]
    flows = process.findall(f"{BPMN}sequenceFlow")
    led_to = {flow.get("targetRef") for flow in flows}
    if process.find(f"{BPMN}startEvent") is None and nodes:
        start = etree.SubElement(process, f"{BPMN}startEvent", id=f"{process.get('id')}.start")
        for one in nodes:
            if one.get("id") not in led_to and one.get("isForCompensation") != "true":
                _flow(process, start.get("id"), one.get("id"))
    led_from = {flow.get("sourceRef") for flow in process.findall(f"{BPMN}sequenceFlow")}
    if process.find(f"{BPMN}endEvent") is None:
        end = etree.SubElement(process, f"{BPMN}endEvent", id=f"{process.get('id')}.end")
        for one in nodes:
            if one.get("id") not in led_from and one.get("isForCompensation") != "true":
                _flow(process, one.get("id"), end.get("id"))


def _is_node(one: Any) -> bool:
    return isinstance(one.tag, str) and one.get("id") is not None and one.tag.removeprefix(BPMN).lower().endswith(
        ("task", "gateway", "event", "subprocess", "callactivity", "transaction")
    ) and one.tag not in {f"{BPMN}{tag}" for tag in OUTSIDE} and one.get("triggeredByEvent") != "true"  # fmt: skip


def _flow(process: Any, source: str, target: str) -> None:
    etree.SubElement(process, f"{BPMN}sequenceFlow", id=f"{source}.{target}", sourceRef=source, targetRef=target)


def _decide(process: Any) -> None:
    for gateway in [one for tag in GATEWAYS for one in process.findall(f"{BPMN}{tag}")]:
        out = [f for f in process.findall(f"{BPMN}sequenceFlow") if f.get("sourceRef") == gateway.get("id")]
        if gateway.get("default") not in {flow.get("id") for flow in out} and out:
            gateway.set("default", out[-1].get("id"))
        for flow in out:
            said = flow.find(f"{BPMN}conditionExpression")
            if said is not None and not (said.text or "").strip():
                flow.remove(said)
                said = None
            if flow.get("id") != gateway.get("default") and said is None:
                etree.SubElement(flow, f"{BPMN}conditionExpression").text = UNSAID
