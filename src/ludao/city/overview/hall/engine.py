"""Where a running exhibition stands: found from when it was last steered, so a wall writes nothing as it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """The scene's place in the show, and how many seconds it stays yet (0 while it is held)."""

    scene: int
    left_s: float


def place(seconds: Sequence[int], anchor: int, since_s: float, is_playing: bool) -> Place:
    """`seconds` of each scene; it stood at the beginning of scene `anchor`, `since_s` seconds ago."""
    if not seconds:
        return Place(0, 0)
    anchor %= len(seconds)
    if not is_playing:
        return Place(anchor, 0)
    left = since_s % sum(seconds)
    for step in range(len(seconds)):
        scene = (anchor + step) % len(seconds)
        if left < seconds[scene]:
            return Place(scene, seconds[scene] - left)
        left -= seconds[scene]
    return Place(anchor, float(seconds[anchor]))


def steered(count: int, now: int, command: str, scene: int) -> tuple[int, bool | None]:
    """The scene after a command, and whether it goes on by itself (None: as before)."""
    if not count:
        return 0, None
    match command:
        case "next":
            return (now + 1) % count, None
        case "previous":
            return (now - 1) % count, None
        case "go":
            return scene % count, None
        case "pause":
            return now, False
        case "play":
            return now, True
    return now, None
