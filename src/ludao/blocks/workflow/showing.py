"""What the pages show of a process: its drawing with what is done and what is open marked."""

from typing import Any

from .models import Instance


def picture(instance: Instance) -> dict[str, Any]:
    """For `{% include "workflow/_picture.html" %}`: the drawing, the steps done, the steps that wait."""
    steps = list(instance.steps.order_by("pk"))
    opened = [step.step for step in steps if step.is_open]
    done = [step.step for step in steps if not step.is_open and step.outcome or step.by]
    return {
        "picture": {
            "instance": instance,
            "drawing": instance.version.drawing,
            "open": opened,
            "done": [step for step in dict.fromkeys(done) if step not in opened],
            "steps": steps,
        }
    }
