"""What is kept of channels: which item stands on which, sites and appointments, cases between cities."""

from .booking import Appointment, Site, Slot
from .placing import Placement
from .relaying import Agreement, Letter, Offer, Paper, Partner, Relay, Step

__all__ = [
    "Agreement",
    "Appointment",
    "Letter",
    "Offer",
    "Paper",
    "Partner",
    "Placement",
    "Relay",
    "Site",
    "Slot",
    "Step",
]
