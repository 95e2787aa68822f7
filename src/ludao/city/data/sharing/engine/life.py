"""The life of an application as a table: from which states a step leads where. Pure, to be moved into `case`."""

LIFE: dict[str, tuple[frozenset[str], str]] = {
    "returned": (frozenset({"waiting"}), "returned"),
    "amended": (frozenset({"returned"}), "waiting"),
    "granted": (frozenset({"waiting"}), "granted"),
    "part": (frozenset({"waiting"}), "part"),
    "refused": (frozenset({"waiting"}), "refused"),
    "withdrawn": (frozenset({"waiting", "returned"}), "withdrawn"),
}
END = frozenset({"granted", "part", "refused", "withdrawn"})


def may(state: str, verb: str) -> bool:
    """Whether the step can be taken from this state."""
    return verb in LIFE and state in LIFE[verb][0]


def after(state: str, verb: str) -> str:
    """The state that the step leads to. Raises ValueError where it cannot be taken."""
    if not may(state, verb):
        raise ValueError(f"no step {verb!r} from {state!r}")
    return LIFE[verb][1]
