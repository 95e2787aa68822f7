"""The door of the catalogue: enter a dataset, ask what may be read of it, tell what was loaded, derived and used."""

from ludao.blocks.catalogue.access import allowed, allowed_of, covers, covers_each, permit, reaches, revoke
from ludao.blocks.catalogue.grading import floor_of, grade, restore, standing
from ludao.blocks.catalogue.graphs import Node, graph
from ludao.blocks.catalogue.lineage import derived, made_of
from ludao.blocks.catalogue.models import Check, Column, Edge, Entry, Permit, Profile, Rule, Score, Use
from ludao.blocks.catalogue.profiling import profile
from ludao.blocks.catalogue.quality import loaded, overdue, unasked
from ludao.blocks.catalogue.registering import get, register
from ludao.blocks.catalogue.spoken import pinyin
from ludao.blocks.catalogue.syncing import sync
from ludao.blocks.catalogue.totals import records
from ludao.blocks.catalogue.usage import used
from ludao.blocks.catalogue.words import (
    FEWEST,
    GRADES,
    GUARDED,
    IDENTIFYING,
    OPEN,
    PROMISES,
    QUALITIES,
    categories,
    meaning,
    meanings,
    rank,
    themes,
)

__all__ = ["Check", "Column", "Edge", "Entry", "FEWEST", "GRADES", "GUARDED", "IDENTIFYING", "Node", "OPEN",
           "PROMISES", "Permit", "Profile", "QUALITIES", "Rule", "Score", "Use", "allowed", "allowed_of",
           "categories", "covers", "covers_each", "derived", "floor_of", "get", "grade", "graph", "loaded",
           "made_of", "meaning", "meanings", "overdue", "permit", "pinyin", "profile", "rank", "reaches", "records",
           "register", "restore", "revoke", "standing", "sync", "themes", "unasked", "used"]
