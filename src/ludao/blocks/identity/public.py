"""The door of identity: who people are, where they belong, and who acts in a request."""

from typing import Any

from ludao.blocks.identity.access import PersonBackend, actor_of, locked_out
from ludao.blocks.identity.hashing import CityArgon2Hasher
from ludao.blocks.identity.models import Area, Enterprise, Login, Mandate, Organisation, Person, Post, Tenure
from ludao.blocks.identity.shell import shell
from ludao.blocks.identity.tree import ancestors, people_of, subtree, subtree_at

__all__ = ["Area", "CityArgon2Hasher", "ClaimsValidator", "Enterprise", "Login", "Mandate", "Organisation", "Person",
           "PersonBackend", "Post", "Tenure", "actor_of", "ancestors", "locked_out", "people_of", "shell", "subtree",
           "subtree_at"]


def __getattr__(name: str) -> Any:
    """The OIDC validator needs every model loaded, so it is fetched when it is asked for."""
    if name == "ClaimsValidator":
        from ludao.blocks.identity.oidc import ClaimsValidator

        return ClaimsValidator
    raise AttributeError(name)
