"""What the actions of permission ask for, field by field."""

from datetime import date
from typing import Annotated

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field, SecretStr

from ludao.base import registry
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.identity.public import Area, Organisation, Post
from ludao.blocks.permission import titles
from ludao.blocks.permission.models import Holding

LONGEST_ELEVATION = 8  # hours
ROLES = dict(titles.given_roles())
RIGHTS = Choices({right: titles.lazy_right_title(right) for right in registry.rights()})
BELOW = t("含下级", "With all below")
WITH_AUTHENTICATOR = t("已绑定动态码的必须填写", "Needed when your account has an authenticator")

Reason = Annotated[str, Field(title=t("事由", "Reason"), min_length=2, max_length=200)]
LongReason = Annotated[str, Field(title=t("事由", "Reason"), min_length=5, max_length=200)]
Role = Annotated[str, Field(title=t("角色", "Role")), Choices(ROLES)]
Right = Annotated[str, Field(title=t("权限", "Right")), RIGHTS]
OtherRight = Annotated[str, Field(title=t("另一项权限", "Other right")), RIGHTS]
OnlyRight = Annotated[str, Field(title=t("只委托一项权限", "Only this right")), RIGHTS]
ToPost = Annotated[Post, Field(title=t("岗位", "Post"))]
FromHolding = Annotated[Holding, Field(title=t("所依授权", "Leaning on"))]
WithinOrganisation = Annotated[Organisation | None, Field(title=t("机构范围", "Organisations from"), description=BELOW)]
WithinArea = Annotated[Area | None, Field(title=t("区域范围", "Areas from"), description=BELOW)]
Everywhere = Annotated[bool, Field(title=t("不限范围", "Everywhere"))]
From = Annotated[date | None, Field(title=t("起始日", "From"), description=t("空为即刻", "Empty is at once"))]
LAST_DAY = t("截止日（含）", "Until (with that day)")
Until = Annotated[date | None, Field(title=LAST_DAY, description=t("空为长期", "Empty is without end"))]
LastDay = Annotated[date, Field(title=LAST_DAY)]
OnRequest = Annotated[bool, Field(title=t("仅可提权使用", "Only on request"))]
DespiteConflict = Annotated[bool, Field(title=t("已知职责冲突，仍要授予", "Give it despite the conflict"))]
Hours = Annotated[int, Field(title=t("时长（小时）", "Hours"), ge=1, le=LONGEST_ELEVATION)]
OneTimeCode = Annotated[SecretStr, Field(title=t("动态码", "One-time code"), description=WITH_AUTHENTICATOR)]
Password = Annotated[
    SecretStr, Field(title=t("登录口令", "Password"), description=t("未绑定动态码的填写口令", "When it has none"))
]
File = Annotated[UploadedFile, Field(title=t("文件", "File"))]
