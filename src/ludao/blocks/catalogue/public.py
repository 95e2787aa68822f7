"""The door of the catalogue: enter a dataset, ask what may be read of it, tell what was loaded, derived and used."""

from ludao.blocks.catalogue.access import allowed, permit, reaches, revoke
from ludao.blocks.catalogue.lineage import derived
from ludao.blocks.catalogue.models import Check, Column, Edge, Entry, Permit, Profile, Rule, Score, Use
from ludao.blocks.catalogue.quality import loaded
from ludao.blocks.catalogue.registering import get, register
from ludao.blocks.catalogue.usage import used

__all__ = ["Check", "Column", "Edge", "Entry", "Permit", "Profile", "Rule", "Score", "Use", "allowed", "derived", "get",
           "loaded", "permit", "reaches", "register", "revoke", "used"]
