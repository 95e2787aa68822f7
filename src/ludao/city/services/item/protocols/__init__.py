"""Protocols that this counter speaks with the outside."""
