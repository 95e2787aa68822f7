"""What the contract tests type into the forms, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor

from .actions import open_screen
from .models import Scene, Show

WALL = "/overview/hall/"


def _show(_: Actor) -> Show:
    show = Show.objects.create(title="样例", title_en="Sample")
    Scene.objects.create(show=show, order=1, title="样例", title_en="Sample", wall=WALL)
    return show


EXAMPLES: dict[str, Any] = {
    "add_scene": lambda actor: {"show": _show(actor), "wall": WALL},
    "change_scene": lambda actor: {"scene": _show(actor).scenes.get(), "wall": WALL},
    "open_screen": lambda actor: {"show": _show(actor)},
    "steer": lambda actor: {"code": open_screen(Actor.system("test"), show=_show(actor)).code},
}
