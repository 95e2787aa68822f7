"""The pages of profile: runs, what weighs how much, pairs in doubt, what clerks decided, how each source fared."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t
from ludao.blocks.profile.dispute_pages import DISPUTES
from ludao.blocks.profile.models import Correction, Decision, Doubt, Run
from ludao.blocks.profile.views import doubt_facts, rates, unlinked, weights

RATE = ("source", "part", "records", "by_id", "by_weight", "by_clerk", "alone", "questioned",
        Column("share", t("归并率 %", "Linked %")))

pages = [
    List(
        Run, title=t("归并运行", "Runs"), icon="git-merge", order="-pk",
        columns=("definition", "is_full", "begun_at", Column("seconds", t("用时（秒）", "Seconds")), "records",
                 "new_records", "pairs", "entities", "by_id", "by_weight", "alone", "doubts"),
        hidden=("new_records", "pairs"), filters=("is_full", "begun_at"), actions=("link",),
        empty=t("还没有归并过。数据装载后会自动归并，也可点“开始归并”。",
                "Nothing has been linked yet. It begins by itself when data is loaded, or with “Link now”."),
    ),
    Detail(
        Run, fields=("definition", "is_full", "weights", "begun_at", "ended_at", "records", "new_records", "pairs",
                     "entities", "by_id", "by_weight", "by_clerk", "alone", "doubts", "versions", "rules", "steps"),
        related=(Related("rates", columns=RATE, order="pk"),),
    ),
    Page("weights/", weights, title=t("权重模型", "Weights"), right="read", icon="scale",
         words=("权重", "匹配权重")),
    Page("rates/", rates, title=t("来源归并率", "Sources"), right="read", icon="chart-bar"),
    Page("unlinked/", unlinked, title=t("未归并记录", "Unlinked records"), right="review", icon="unlink"),
    List(
        Doubt, title=t("存疑对", "Doubtful pairs"), right="review", icon="help-circle", order="-weight",
        columns=("weight", "definition", Column("left_words", t("甲", "One")), Column("right_words", t("乙", "Other")),
                 Column("why", t("依据", "Reason")), "state"),
        filters=("state", "definition", "weight"), sort=("weight",), actions=("accept_above",),
        bulk=("accept", "reject"),
        empty=t("没有存疑的记录对", "No pair is in doubt"),
    ),
    Detail(
        Doubt, right="review",
        fields=("definition", "weight", Column("why", t("依据", "Reason")), "left", "left_entity",
                Column("left_words", t("甲", "One")), "right", "right_entity",
                Column("right_words", t("乙", "Other")), "state", "found_at", "judged_by", "judged_at"),
        actions=("accept", "reject"), context=doubt_facts,
    ),
    List(
        Decision, title=t("人工裁决", "Decisions"), right="review", icon="gavel", order="-pk",
        columns=("kind", "definition", "entity", "other_entity", "reason", "by", "at", "undone_at"),
        filters=("kind", "definition"), actions=("join", "split"), bulk=("undo",),
        empty=t("还没有人合并或拆分过档案", "Nobody has joined or split anything yet"),
    ),
    Detail(
        Decision, right="review",
        fields=("kind", "definition", "entity", "other_entity", "records", "others", "reason", "by", "at", "undone_by",
                "undone_at", "undone_why"),
        actions=("undo",),
    ),
    List(
        Correction, title=t("确认更正", "Corrections"), right="review", icon="edit", order="-pk",
        columns=("definition", "entity", "field", "value", "source", "reason", "at", "ended_at"),
        filters=("definition", "ended_at"), actions=("correct",),
        empty=t("没有等待来源更正的值", "No value waits for its source"),
    ),
    Detail(Correction, right="review",
           fields=("definition", "entity", "field", "value", "wrong", "source", "record_key", "part", "reason", "by",
                   "at", "ended_at")),
    *DISPUTES,
]
