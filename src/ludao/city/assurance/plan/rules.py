"""The thresholds of the lights, as officers set them in content/rules.toml."""

import tomllib
from functools import cache
from pathlib import Path

from .engine.light import Rules

FILE = Path(__file__).parent / "content" / "rules.toml"


@cache
def rules() -> Rules:
    return Rules(**tomllib.loads(FILE.read_text("utf-8"))["light"])
