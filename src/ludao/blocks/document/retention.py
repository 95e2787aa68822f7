"""How long a document is kept, and when it is due for deletion.

Terms after 国家档案局令第8号 (permanent, 30 and 10 years), counted from 1 January after the year of the document;
drafts and proofs that no archive wants go after 90 days.
"""

from datetime import date, timedelta

from ludao.base.text import t

PERMANENT, THIRTY, TEN, SHORT = "permanent", "thirty", "ten", "short"
TITLES = {
    PERMANENT: t("永久", "For ever"), THIRTY: t("30 年", "30 years"), TEN: t("10 年", "10 years"),
    SHORT: t("临时（90 天）", "Short (90 days)"),
}
YEARS = {THIRTY: 30, TEN: 10}
SHORT_DAYS = 90


def due_on(retention: str, made_on: date) -> date | None:
    """The first day on which it may be deleted; None is never."""
    if retention == PERMANENT:
        return None
    if retention == SHORT:
        return made_on + timedelta(days=SHORT_DAYS)
    return date(made_on.year + 1 + YEARS[retention], 1, 1)
