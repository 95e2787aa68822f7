"""What is done with items: drawn up, published, imported; applied for; served at the counter; told to other halls."""

from . import catalogue

__all__ = ["catalogue"]
