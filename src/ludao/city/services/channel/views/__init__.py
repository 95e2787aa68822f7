"""The screens of channels that the page kit cannot say."""

from . import booking, hall, kiosk, relay

__all__ = ["booking", "hall", "kiosk", "relay"]
