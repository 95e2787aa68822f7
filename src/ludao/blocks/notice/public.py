"""The door of notices: tell people, ask how many wait for one."""

from ludao.blocks.notice.reaching import Recipient
from ludao.blocks.notice.telling import send, unread
from ludao.blocks.notice.views import bell
from ludao.blocks.notice.wording import Wording, wording

__all__ = ["Recipient", "Wording", "bell", "send", "unread", "wording"]
