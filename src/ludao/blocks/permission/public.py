"""The door of permission: the judge, and what a person holds."""

from ludao.blocks.permission.judge import judge, roles_of, ways
from ludao.blocks.permission.models import Delegation, Elevation, Holding
from ludao.blocks.permission.titles import right_title, role_title

__all__ = ["Delegation", "Elevation", "Holding", "judge", "right_title", "role_title", "roles_of", "ways"]
