"""The verbs of channels: placing items, appointments, cases between cities."""

from . import booking, placing, relaying

__all__ = ["booking", "placing", "relaying"]
