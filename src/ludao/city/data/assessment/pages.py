"""Assessment's pages: the ranking, a department's mark to the last figure, months, objections, the sheet."""

from ludao.base.pages import Detail, List, Page, Related
from ludao.base.text import t

from .models import Assessment, Mark, Objection
from .views import drilled, ranking, report

pages = [
    Page("ranking/", ranking, t("评估排名", "Ranking"), icon="chart-bar", words=("排名", "考核")),
    Page("report.pdf", report, t("评估通报 PDF", "Assessment as PDF"), in_nav=False),
    Detail(
        Mark,
        fields=("organisation", "assessment", "place", "total"),
        related=(Related("objections", ("at", "text", "by", "answer", "answered_by"), order="-pk",
                         actions=("object",)),),
        actions=("object",),
        template="data_assessment/mark.html",
        context=drilled,
    ),
    List(
        Assessment,
        title=t("历月评估", "Months"),
        columns=("month", "state", "computed_at", "closed_at", "closed_by"),
        filters=("state",),
        order="-month",
        actions=("compute",),
        icon="calendar",
        empty=t("还没有评估：点“计算评估”。", "No month yet: compute one."),
    ),
    Detail(
        Assessment,
        fields=("month", "state", "computed_at", "closed_at", "closed_by"),
        related=(Related("marks", ("place", "organisation", "contribution", "quality", "sharing", "use", "total"),
                         order="place"),),
        actions=("close",),
    ),
    List(
        Objection,
        title=t("异议", "Objections"),
        columns=("mark", "text", "by", "at", "answer", "answered_by"),
        filters=("answered_at",),
        order="-pk",
        icon="message",
        empty=t("没有异议。", "No objection."),
    ),
    Detail(Objection, fields=("mark", "text", "by", "at", "answer", "answered_by", "answered_at"),
           actions=("answer",)),
]
