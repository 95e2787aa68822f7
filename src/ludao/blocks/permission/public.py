"""The door of permission: the judge, what a person holds, and what the shell shows of an elevated session."""

from ludao.blocks.permission.judge import judge, ways
from ludao.blocks.permission.models import Delegation, Elevation, Holding
from ludao.blocks.permission.showing import elevation_of
from ludao.blocks.permission.titles import right_title, role_title

__all__ = ["Delegation", "Elevation", "Holding", "elevation_of", "judge", "right_title", "role_title", "ways"]
