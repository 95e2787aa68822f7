"""Every working morning the boards that people asked for are told, by notice."""

from .briefing import send_all as _send_all  # noqa: F401  (registers the daily job)
