"""The pages of vital signs: the city at a glance by theme, and what refreshes by itself."""

from ludao.base.pages import Page
from ludao.base.text import t

from .views import checked, checked_pdf, gathered, kept_report, living, overview, situated

pages = [
    Page("", overview, t("城市生命体征", "City vital signs"), icon="heartbeat", words=("体征", "一屏")),
    Page("checkup/", checked, title=t("城市体检", "Health check"), icon="stethoscope", words=("体检", "雷达图")),
    Page("checkup.pdf", checked_pdf, title=t("体检报告", "Health report"), in_nav=False),
    Page("kept/<int:number>/", kept_report, title=t("存档的报告", "A report kept"), in_nav=False),
    Page("situation/", situated, title=t("态势分析", "Situation"), icon="trending-up", words=("研判", "为什么变了")),
    Page("live/", living, title=t("实时体征", "Live"), icon="activity"),
    Page("yearbook/", gathered, title=t("统计年鉴", "Yearbooks"), icon="book", words=("年鉴", "历史数据")),
]
