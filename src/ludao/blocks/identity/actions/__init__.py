"""The verbs of identity: accounts, sessions, second factors, posts, mandates and client applications."""

from ludao.blocks.identity.actions import accounts, clients, factors, mandates, posts, proofs, sessions

__all__ = ["accounts", "clients", "factors", "mandates", "posts", "proofs", "sessions"]
