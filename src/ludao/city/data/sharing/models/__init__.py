"""The tables of sharing: what is asked and granted, how it is used, what is wanted, what was done well, the peers."""

from .asking import Application, Received, Step
from .demand import Answer, Demand
from .grants import Given, Grant
from .peers import Letter, Offer, Parcel, Peer
from .serving import Chain, Endpoint, Hour, Message, Used, Verification, Watched
from .shares import Part, Snapshot, Subscription
from .stories import Ballot, Contest, Mark, Story

__all__ = [
    "Answer",
    "Application",
    "Ballot",
    "Chain",
    "Contest",
    "Demand",
    "Endpoint",
    "Given",
    "Grant",
    "Hour",
    "Letter",
    "Mark",
    "Message",
    "Offer",
    "Parcel",
    "Part",
    "Peer",
    "Received",
    "Snapshot",
    "Step",
    "Story",
    "Subscription",
    "Used",
    "Verification",
    "Watched",
]
