"""The words that several actions of cases ask for."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ludao.base.pages.forms import Kind
from ludao.base.text import t

Opinion = Annotated[str, Field(title=t("意见", "Opinion"), max_length=2000), Kind("text")]
Needed = Annotated[str, Field(title=t("意见", "Opinion"), min_length=2, max_length=2000), Kind("text")]
Reason = Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=500), Kind("text")]
Said = Annotated[str, Field(title=t("内容", "Text"), min_length=2, max_length=2000), Kind("text")]
Data = Annotated[
    str,
    Field(
        title=t("表单数据（JSON）", "Form's data (JSON)"),
        max_length=200_000,
        description=t("从页面办理时自动填写", "Filled in by the page"),
    ),
    Kind("text"),
]
Days = Annotated[int, Field(title=t("期限（工作日）", "Term (working days)"), ge=1, le=60)]
Until = Annotated[
    int,
    Field(
        title=t("补正期限（工作日）", "Working days to correct"),
        ge=0,
        le=60,
        description=t("0 为按类型规定的期限", "0 is what the kind says"),
    ),
]
On = Annotated[date, Field(title=t("日期", "Day"))]
