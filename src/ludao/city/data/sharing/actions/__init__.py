"""What is done in sharing: asking and deciding, using, demands, cases, peers."""

from . import asking, deciding, demands, holding, peers, serving, stories

__all__ = ["asking", "deciding", "demands", "holding", "peers", "serving", "stories"]
