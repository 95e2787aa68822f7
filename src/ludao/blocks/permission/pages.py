"""The pages of permission: mine, all holdings, loans and elevations, the roles, and who can do this and why."""

from ludao.base.pages.declare import Column, Detail, List, Page, Related
from ludao.base.text import t
from ludao.blocks.permission.models import Delegation, Elevation, Holding, Import, Separation
from ludao.blocks.permission.views import mine, roles, who

LIMITS = Column("limits", t("范围", "Reach"))
STATE = Column("state", t("状态", "State"), kind="name")
WHAT = Column("what", t("委托内容", "What is lent"))
ONE = Column("one_name", t("权限甲", "One right"))
OTHER = Column("other_name", t("权限乙", "Other right"))
PERSON = Column("post__person", t("人员", "Person"), kind="name")
POST = ("post__person", "post__organisation", "organisation", "area")

pages = [
    Page("", mine, title=t("我的权限", "My rights"), icon="key", words=("我的权限", "提权", "委托")),
    List(
        Holding, title=t("授权", "Holdings"), icon="user-check",
        columns=(PERSON, "post", "role", LIMITS, "starts_at", "ends_at", STATE, "given_by", "reason"),
        hidden=("given_by", "reason"), filters=("role", "is_on_request"), sort=("ends_at",), related=POST,
        actions=("grant", "import_grants"), bulk=("approve", "decline", "withdraw"),
        empty=t("还没有人被授予角色", "Nobody has been given a role yet"),
    ),
    Detail(
        Holding,
        fields=(PERSON, "post", "role", LIMITS, STATE, "starts_at", "ends_at", "is_on_request", "reason", "given_by",
                "given_at", "approved_by", "approved_at", "ended_by", "ended_why"),
        related=(Related("delegations", columns=("post", WHAT, "ends_at", STATE)),
                 Related("elevations", columns=("person", "reason", "starts_at", "ends_at", STATE))),
        actions=("approve", "decline", "elevate", "delegate", "withdraw"),
    ),
    List(
        Delegation, title=t("委托", "Loans"), icon="user-share",
        columns=("given_by", "post", WHAT, LIMITS, "starts_at", "ends_at", STATE), sort=("ends_at",),
        related=("post__person", "post__organisation", "holding", "organisation", "area"),
        bulk=("end_delegation",), empty=t("没有委托。在“我的权限”里选一个角色委托他人。",
                                          "Nothing is lent. Choose one of your roles under “My rights” to lend it."),
    ),
    Detail(
        Delegation,
        fields=("given_by", "post", WHAT, LIMITS, STATE, "holding", "starts_at", "ends_at", "reason", "given_at",
                "ended_by"),
        actions=("end_delegation",),
    ),
    List(
        Elevation, title=t("提权", "Elevations"), icon="shield-up",
        columns=("person", "holding", "reason", "means", "starts_at", "ends_at", STATE), filters=("means",),
        sort=("ends_at",), related=("holding__post__person",), bulk=("end_elevation",),
        empty=t("没有人提权过", "Nobody has been elevated"),
    ),
    Detail(
        Elevation, fields=("person", "holding", "reason", "means", STATE, "starts_at", "ends_at", "ended_by"),
        actions=("end_elevation",),
    ),
    Page("who/", who, title=t("谁能办，为什么", "Who can do this, and why"), right="explain", icon="help-circle",
         words=("谁能办", "权限查询")),
    Page("roles/", roles, title=t("角色一览", "Roles"), right="read", icon="id-badge"),
    List(
        Separation, title=t("职责分离", "Separation of duties"), right="explain", icon="arrows-split",
        columns=(ONE, OTHER, "reason", "set_by", "set_at", "ended_at"), actions=("set_apart",),
        empty=t("除各系统清单规定的以外，没有另设", "Nothing beyond what the manifests keep apart"),
    ),
    Detail(Separation, fields=(ONE, OTHER, "reason", "set_by", "set_at", "ended_by", "ended_at"), right="explain",
           actions=("drop_apart",)),
    List(Import, title=t("批量授权", "Imports"), right="read_imports", icon="file-import",
         columns=("file_name", "read_by", "read_at", "granted", "refused"), actions=("import_grants",)),
    Detail(Import, right="read_imports", fields=("file_name", "read_by", "read_at", "granted", "refused"),
           related=(Related("refused_rows", columns=("line", "reason", "row"), order="line"),)),
]
