"""The door of processes: begin, complete a step, tell a message, stop the clocks, watch what moves."""

from ludao.blocks.workflow.drawings import current
from ludao.blocks.workflow.models import Definition, Instance, Step, Version
from ludao.blocks.workflow.moving import begin, cancel, complete, hear, resume, steps, suspend
from ludao.blocks.workflow.shipping import ship
from ludao.blocks.workflow.showing import picture
from ludao.blocks.workflow.staffing import Crew, crew
from ludao.blocks.workflow.waking import wake
from ludao.blocks.workflow.watching import Change, watch
from ludao.blocks.workflow.words import KINDS, VERBS, verb_title

__all__ = [
    "KINDS",
    "VERBS",
    "Change",
    "Crew",
    "Definition",
    "Instance",
    "Step",
    "Version",
    "begin",
    "cancel",
    "complete",
    "crew",
    "current",
    "hear",
    "picture",
    "resume",
    "ship",
    "steps",
    "suspend",
    "verb_title",
    "wake",
    "watch",
]
