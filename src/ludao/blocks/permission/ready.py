"""Fills the hook of the base when the house starts."""

from ludao.base import rights
from ludao.blocks.permission.judge import judge

rights.install(judge)
