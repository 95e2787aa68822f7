"""Everything that cases keep."""

from ludao.blocks.case.cases import Case, Correction, Entry, Link, Material, Mine, Pause, Task
from ludao.blocks.case.numbers import Pad, Slip
from ludao.blocks.case.watching import Drawn, Inspection, Phrase, Rating, Tally, Urging

__all__ = [
    "Case",
    "Correction",
    "Drawn",
    "Entry",
    "Inspection",
    "Link",
    "Material",
    "Mine",
    "Pad",
    "Pause",
    "Phrase",
    "Rating",
    "Slip",
    "Tally",
    "Task",
    "Urging",
]
