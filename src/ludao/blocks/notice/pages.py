"""The pages of notices: what I was told, how I am told, what went out, the templates."""

from ludao.base.pages import Column, Detail, Form, List, Page
from ludao.base.text import t
from ludao.blocks.notice.models import Notice, Sending
from ludao.blocks.notice.receipts import receipt
from ludao.blocks.notice.views import bell_page, channels_page, preferences, shown, templates

TITLE = Column("title", t("消息", "Notice"))

pages = [
    List(
        Notice, title=t("我的消息", "My notices"), icon="bell",
        columns=(TITLE, "state", "sender", "sent_at", "is_urgent"), hidden=("is_urgent",),
        filters=("state", "sent_at"), search=("title_zh", "title_en", "text_zh"), order="-pk",
        actions=("mark_all_read", "try_out"), bulk=("mark_read",),
        empty=t("没有消息。办件、账户和政策的消息会出现在这里。", "No notices. What concerns you will appear here."),
    ),
    Detail(Notice, template="notice/notice.html", context=shown, fields=("sender", "sent_at")),
    Page("channels/", channels_page, t("我的收取渠道", "How I am told"), icon="adjustments"),
    Page("preferences/", preferences, t("消息偏好", "Preferences"), in_nav=False),
    Form("announce", icon="news"),
    List(
        Sending, title=t("消息发送", "Sendings"), right="supervise", icon="send",
        columns=("key", "channel", "state", "tries", "error", "made_at", "sent_at", "delivered_at", "receipt"),
        filters=("state", "channel", "key"), hidden=("receipt",), order="-pk", bulk=("replay", "discard"),
        empty=t("没有要发送的消息。", "Nothing is to be sent."),
    ),
    Detail(Sending, right="supervise", actions=("replay", "discard"),
           fields=("key", "channel", "state", "tries", "error", "receipt", "made_at", "due_at", "sent_at",
                   "delivered_at")),
    Page("templates/", templates, t("消息模板", "Templates"), right="supervise", icon="file-text"),
    Page("bell/", bell_page, t("未读消息", "Unread"), in_nav=False),
    Page("receipt/<str:channel>/", receipt, t("回执", "Receipts"), right="", in_nav=False),
]
