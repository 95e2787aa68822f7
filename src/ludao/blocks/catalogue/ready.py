"""Puts the catalogue's long work and its daily round in place when the house starts."""

from ludao.base.tasks import daily
from ludao.blocks.catalogue import profiling  # noqa: F401  its work is found by address
from ludao.blocks.catalogue.quality import overdue
from ludao.blocks.catalogue.syncing import sync

daily("02:30", "catalogue.sync")(sync)
daily("03:00", "catalogue.overdue")(overdue)
