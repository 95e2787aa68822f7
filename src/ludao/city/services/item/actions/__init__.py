"""What is done with items: drawn up, published, imported; applied for; served at the counter; told to other halls."""

from . import applying, catalogue, counter, province

__all__ = ["applying", "catalogue", "counter", "province"]
