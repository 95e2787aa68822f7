"""What is kept of service items: the catalogue, applications under way, the counter, and the links to other halls."""

from .applying import Application
from .catalogue import Import, ImportRow, Item, Term, Version
from .counter import Handover, Pickup, Ticket, Window
from .province import Hall, Letter, Record

__all__ = [
    "Application",
    "Hall",
    "Handover",
    "Import",
    "ImportRow",
    "Item",
    "Letter",
    "Pickup",
    "Record",
    "Term",
    "Ticket",
    "Version",
    "Window",
]
