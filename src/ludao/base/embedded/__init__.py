"""The city's own PostgreSQL and NATS, started, watched and stopped under one data folder."""

from .account import Account
from .embedded import Embedded, data_folder, running
from .errors import EmbeddedError
from .server import Component

__all__ = ["Account", "Component", "Embedded", "EmbeddedError", "data_folder", "running"]
