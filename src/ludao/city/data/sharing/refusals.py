"""Why a use of a grant is refused, each with its status and what to do."""

from datetime import datetime

from ludao.base import clock
from ludao.base.errors import LudaoError
from ludao.base.text import t


class NoGrant(LudaoError):
    """Nothing was granted, or not to this organisation: the answer does not tell which."""

    status = 404
    code = "not_found"

    def __init__(self) -> None:
        super().__init__(t("没有找到，或没有授权给贵单位", "Not found, or not granted to your organisation"))


class Over(LudaoError):
    """The grant has ended, was revoked or has not begun."""

    status = 403
    code = "grant_ended"


class Spent(LudaoError):
    """The quota is used up; `more["headers"]` says when it begins anew."""

    status = 429
    code = "quota_spent"


class Shut(LudaoError):
    """The endpoint is shut for maintenance."""

    status = 503
    code = "maintenance"


def over(state: str) -> Over:
    words = {"revoked": t("授权已撤销", "The grant was revoked"), "expired": t("授权已到期", "The grant has ended")}
    return Over(words.get(state, t("授权尚未生效或已到期", "The grant has not begun, or has ended")))


def spent(per: str, quota: int, again: datetime) -> Spent:
    wait = max(1, int((again - clock.now()).total_seconds()))
    word, en = ("今日", "today's") if per == "day" else ("本月", "this month's")
    return Spent(
        t(
            f"{word}额度 {quota} 次已用完，{again:%Y-%m-%d %H:%M} 起可继续",
            f"All of {en} {quota} are used; go on from {again:%Y-%m-%d %H:%M}",
        ),
        headers={"Retry-After": str(wait)},
    )


def shut(notice: str, until: datetime | None) -> Shut:
    when = f"（{until.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}）" if until else ""
    wait = max(60, int((until - clock.now()).total_seconds())) if until else 600
    return Shut(
        t(f"接口维护中{when}：{notice}", f"Shut for maintenance {when}: {notice}"), headers={"Retry-After": str(wait)}
    )
