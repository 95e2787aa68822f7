"""What steps are and what may come out of them, in both languages."""

from ludao.base.text import t

KINDS = {
    "accept": t("受理", "Accept"),
    "examine": t("审查", "Examine"),
    "inspect": t("现场勘验", "Inspect on site"),
    "hear": t("听证", "Hear"),
    "publish": t("公示", "Publish"),
    "decide": t("决定", "Decide"),
    "countersign": t("会签", "Countersign"),
    "issue": t("制证送达", "Issue"),
}
VERBS = {
    "approve": t("同意", "Approve"),
    "refuse": t("不同意", "Refuse"),
    "accept": t("受理", "Accept"),
    "reject": t("不予受理", "Do not accept"),
    "correct": t("退回补正", "Return for correction"),
    "pass": t("通过", "Pass"),
    "fail": t("不通过", "Fail"),
    "return": t("退回上一步", "Send back"),
    "transfer": t("转办", "Hand over"),
    "done": t("办理完成", "Done"),
}


def verb_title(verb: str) -> str:
    """The outcome in words; itself where nobody has named it."""
    return str(VERBS.get(verb, verb))
