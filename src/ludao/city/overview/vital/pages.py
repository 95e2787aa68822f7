"""The pages of vital signs: the city at a glance by theme, and what refreshes by itself."""

from ludao.base.pages import Page
from ludao.base.text import t

from .views import overview

pages = [
    Page("", overview, t("城市生命体征", "City vital signs"), icon="heartbeat", words=("体征", "体检", "一屏")),
]
