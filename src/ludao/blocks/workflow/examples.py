"""What the contract tests type into the forms of processes, where any value will not do."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.blocks.workflow import moving, shipping
from ludao.blocks.workflow.models import Definition, Instance, Version

TEXT = (Path(__file__).parent / "content" / "approval.bpmn").read_text(encoding="utf-8").strip()


def _draft(actor: Actor) -> Version:
    return shipping.draft_text("local.example", TEXT, actor.name)


def _instance(actor: Actor) -> Instance:
    return moving.begin(actor, "workflow.approval")


def _stuck(actor: Actor) -> Instance:
    """It lacks what its gateway asks for."""
    instance = _instance(actor)
    return moving.complete(actor, moving.steps(instance)[0])


def _move(actor: Actor) -> dict[str, Any]:
    instance = _instance(actor)
    return {"instances": instance, "version": shipping.publish_text("workflow.approval", TEXT + "\n", actor.name)}


EXAMPLES: dict[str, Any] = {
    "import_file": {"address": "local.example", "file": SimpleUploadedFile("approval.bpmn", TEXT.encode())},
    "move": _move,
    "draft": {"address": "local.example", "drawing": TEXT},
    "revise": lambda actor: {"version": _draft(actor), "drawing": TEXT},
    "publish": lambda actor: {"version": _draft(actor)},
    "discard": lambda actor: {"version": _draft(actor)},
    "retire": lambda actor: {"definition": Definition.objects.get(pk="workflow.approval")},
    "retry": lambda actor: {"instance": _stuck(actor), "name": "accept_outcome", "value": "accept"},
    "cancel": lambda actor: {"instance": _instance(actor), "reason": "演示"},
}
