"""The ways out of the city's pages: each says whether it is set up, where it reaches a person, and how it sends."""

from typing import Protocol

from ludao.blocks.identity.public import Person
from ludao.blocks.notice.channels import mail, sms, wechat
from ludao.blocks.notice.channels.failing import Failed, Unreachable
from ludao.blocks.notice.models import MAIL, SMS, WECHAT, Sending


class Channel(Protocol):
    def is_on(self) -> bool:
        """Whether the operator has set it up."""

    def address_of(self, person: Person) -> str:
        """Where it reaches the person; "" nowhere."""

    def send(self, sending: Sending, address: str) -> str:
        """The gateway's number of it. Raises Failed to be tried again, Unreachable to be parked at once."""


EVERY: dict[str, Channel] = {MAIL: mail, SMS: sms, WECHAT: wechat}
__all__ = ["EVERY", "Channel", "Failed", "Unreachable"]
