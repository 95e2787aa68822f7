"""The catalogue's tables: entries with their columns and rules; what was measured; where data comes from and goes."""

from ludao.blocks.catalogue.entries import Column, Entry, Rule
from ludao.blocks.catalogue.measures import Check, Profile, Score
from ludao.blocks.catalogue.traces import Edge, Permit, Use

__all__ = ["Check", "Column", "Edge", "Entry", "Permit", "Profile", "Rule", "Score", "Use"]
