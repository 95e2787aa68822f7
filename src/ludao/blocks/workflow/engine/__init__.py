"""Runs drawings: BPMN 2.0 read, checked, stepped and kept small; no code of a drawing is ever executed."""

import logging

from . import library

logging.getLogger("spiff").setLevel(logging.WARNING)  # it writes a line for each state of each task
library.install()
