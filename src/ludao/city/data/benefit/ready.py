"""Tells the rules what they may know, when the house starts."""

from .facts import register

register()
