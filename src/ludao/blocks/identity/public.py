"""The door of identity: who people are, where they belong, and who acts in a request."""

from importlib import import_module
from typing import Any

from ludao.blocks.identity.access import PersonBackend, actor_for, actor_of, locked_out
from ludao.blocks.identity.hashing import CityArgon2Hasher
from ludao.blocks.identity.models import Area, Enterprise, Login, Mandate, Organisation, Person, Post, Tenure
from ludao.blocks.identity.people import people_by_id_number
from ludao.blocks.identity.shell import shell
from ludao.blocks.identity.tree import ancestors, people_of, subtree, subtree_at

# and, asked for by name: ClaimsValidator, oidc_urls
__all__ = ["Area", "CityArgon2Hasher", "Enterprise", "Login", "Mandate", "Organisation", "Person",
           "PersonBackend", "Post", "Tenure", "actor_for", "actor_of", "ancestors", "locked_out", "people_by_id_number",
           "people_of",
           "shell", "subtree",
           "subtree_at"]


_LATER = {"ClaimsValidator": "oidc", "oidc_urls": "oidc"}


def __getattr__(name: str) -> Any:
    """What needs every model of the house loaded is fetched when it is asked for."""
    if name in _LATER:
        return getattr(import_module(f"ludao.blocks.identity.{_LATER[name]}"), name)
    raise AttributeError(name)
