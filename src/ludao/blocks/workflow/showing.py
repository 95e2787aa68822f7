"""What the pages show of a process: its drawing with what is done and what is open marked."""

from typing import Any

from .models import Instance


def drawn(drawing: str, **marks: Any) -> dict[str, Any]:
    """For `{% include "workflow/_drawing.html" %}`: a drawing, and the elements that are marked, by comma."""
    return {"drawing": {"text": drawing, "id": "process-source", **marks}}


def picture(instance: Instance) -> dict[str, Any]:
    """For `{% include "workflow/_picture.html" %}`: the drawing, the steps done, the steps that wait."""
    steps = list(instance.steps.order_by("pk"))
    opened = [step.step for step in steps if step.is_open]
    done = [step.step for step in steps if not step.is_open]
    stuck = instance.trouble.partition("：")[0].split("、") if instance.trouble else []
    return {
        "picture": {
            "instance": instance,
            "steps": steps,
            **drawn(
                instance.version.drawing,
                open=",".join(opened),
                done=",".join(one for one in dict.fromkeys(done) if one not in opened),
                stuck=",".join(stuck),
            ),
        }
    }
