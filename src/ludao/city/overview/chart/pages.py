"""The pages of 数看厦门."""

from ludao.base.pages import Page
from ludao.base.text import t

from .views import compare, domain, home

pages = [
    Page("", home, t("数看厦门", "Xiamen in figures"), icon="chart-line", words=("图表", "指标", "看板", "早报")),
    Page("compare/", compare, t("对比图表", "Compare charts"), icon="arrows-diff"),
    Page("domain/<slug:key>/", domain, t("领域", "Domain"), in_nav=False),
]
