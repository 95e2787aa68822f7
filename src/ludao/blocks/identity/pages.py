"""The pages of identity: one's own account, the doors, the tree of the city, people and applications."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t
from ludao.blocks.identity import account, clients, doors, once
from ludao.blocks.identity.models import Area, Client, Enterprise, Login, Mandate, Organisation, Person, Post


def _door(path: str, view: object, title: str, *words: str) -> Page:
    """Open to everyone, and meant to be; found by what people say, too."""
    return Page(path, view, title=title, right="", in_nav=False, words=words)  # type: ignore[arg-type]


def _own(path: str, view: object, title: str, *words: str, in_nav: bool = False) -> Page:
    return Page(path, view, title=title, right="account", in_nav=in_nav, words=words,  # type: ignore[arg-type]
                icon="user-circle")


# The words for an application's columns, which are the toolkit's own table.
CLIENT = {column.name: column for column in (
    Column("name", t("应用名称", "Name")), Column("client_id", t("应用编号", "Client id"), "code"),
    Column("client_type", t("类型", "Kind")), Column("redirect_uris", t("回调地址", "Redirect addresses"), "lines"),
    Column("post_logout_redirect_uris", t("退出后返回地址", "Addresses after log-out"), "lines"),
    Column("user", t("登记人", "Registered by")), Column("created", t("登记时间", "Registered"), "moment"),
)}

pages = [
    _own("account/", account.home, t("我的账户", "My account"), in_nav=True),
    _own("account/devices/", account.devices, t("登录设备", "Devices"), "手机丢了", "退出其他设备", "被盗用"),
    _own("account/password/", account.password, t("修改口令", "Change password"), "改密码", "修改密码"),
    _own("account/phone/", account.phone, t("绑定手机", "Phone"), "换手机号", "改手机号"),
    _own("account/phone/code/", account.phone_code, t("验证手机", "Verify the phone")),
    _own("account/prove/", account.prove, t("核对证件号", "Identity number"), "实名认证", "身份证"),
    _own("account/totp/", account.begin_totp, t("设置动态码", "One-time codes")),
    _own("account/totp/code/", account.confirm_totp, t("启用动态码", "Turn on one-time codes")),
    _own("account/totp/drop/", account.drop_totp, t("停用动态码", "Turn off one-time codes")),
    _own("account/backup/", account.renew_backup_codes, t("更换备用码", "Backup codes")),
    # The forms of these actions stand here too, because what they give is shown once.
    _own("do/change_password/", account.password, t("修改口令", "Change password")),
    _own("do/begin_totp/", account.begin_totp, t("设置动态码", "One-time codes")),
    _own("do/confirm_totp/", account.confirm_totp, t("启用动态码", "Turn on one-time codes")),
    _own("do/renew_backup_codes/", account.renew_backup_codes, t("更换备用码", "Backup codes")),
    _own("account/once/", once.page, t("只显示一次", "Shown once")),
    _own("account/applications/", account.applications, t("我授权的应用", "Applications I let in")),
    _own("hat/", account.change_hat, t("换身份", "Change hats")),
    _door("login/", doors.enter, t("登录", "Log in")),
    _door("login/code/", doors.enter_code, t("动态码", "One-time code")),
    _door("logout/", doors.leave, t("退出登录", "Log out")),
    _door("register/", doors.register, t("注册", "Register"), "开户", "新用户", "没有账号"),
    _door("recover/", doors.recover, t("找回口令", "Recover password"), "忘记密码", "忘了密码", "找回密码"),
    _door("recover/code/", doors.reset, t("设置新口令", "Set a new password")),
    _door("preferences/", account.preferences, t("显示设置", "Display settings"), "大字", "字太小", "深色", "英文"),
    List(
        Organisation, columns=("code", "name", "kind", "parent", "area", "is_active"), filters=("kind", "is_active"),
        search=("name", "name_en", "code"), sort=("code",), order="code", actions=("found",), right="read_place",
        title=t("机构", "Organisations"), icon="building-community",
    ),
    Detail(
        Organisation, fields=("code", "name", "name_en", "kind", "parent", "level", "area", "is_active"),
        related=(Related("parts", columns=("code", "name", "kind"), order="code", title=t("下级机构", "Under it")),
                 Related("posts", columns=("person", "title", "area", "since", "until"), title=t("岗位", "Posts"))),
        actions=("rename", "appoint", "close"), right="read_place",
    ),
    List(
        Area, columns=("code", "name", "name_en", "level", "parent"), filters=("level",),
        search=("name", "name_en", "code"), sort=("code",), order="code", right="read_place",
        title=t("区划", "Areas"), icon="map-2",
        lead=t("国家统计局2023年区划代码。区界示意来自开源数据，不是法定界线。",
               "Codes of the National Bureau of Statistics, 2023. Outlines are open data, no legal boundaries."),
    ),
    Detail(
        Area, fields=("code", "name", "name_en", "level", "parent", "longitude", "latitude"),
        related=(Related("parts", columns=("code", "name", "level"), order="code", title=t("下级区划", "Parts")),),
        right="read_place",
    ),
    List(
        Post, columns=("person", "title", "organisation", "area", "since", "until"), filters=("organisation", "since"),
        search=("title", "person__name", "organisation__name"), title=t("岗位", "Posts"), icon="id-badge-2",
        bulk=("dismiss",),
    ),
    Detail(Post, fields=("person", "title", "title_en", "organisation", "area", "since", "until"), actions=("dismiss",
                                                                                                            )),
    List(
        Person, columns=("username", "name", "assurance", "is_active", "created_at"), filters=("assurance",
                                                                                               "is_active"),
        search=("username", "name"), title=t("人员", "People"), icon="users", right="read_people",
    ),
    Detail(
        Person, fields=("username", "name", "name_en", "assurance", Column("phone_masked", t("手机号码", "Phone")),
                        Column("id_number_masked", t("证件号", "Identity number")), "email", "is_active", "created_at"),
        related=(Related("posts", columns=("organisation", "title", "since", "until"), title=t("岗位", "Posts")),
                 Related("logins", columns=("started_at", "ip", "agent", "means", "ended_at"), title=t("登录",
                                                                                                       "Log-ins"))),
        actions=("attest", "unlock", "disable", "enable"), right="read_people",
    ),
    List(
        Enterprise, columns=("code", "name", "area", "is_active"), filters=("is_active",), search=("name", "code"),
        sort=("code",), order="code", actions=("enrol_enterprise",), title=t("法人", "Enterprises"), icon="building",
        right="read_enterprise",
    ),
    Detail(
        Enterprise, fields=("code", "name", "name_en", "area", "is_active"), actions=("mandate",),
        right="read_enterprise",
        related=(Related("mandates", columns=("person", "kind", "since", "until", "granted_by"),
                         title=t("授权", "Mandates")),),
    ),
    Detail(Mandate, fields=("person", "enterprise", "kind", "since", "until", "granted_by"), actions=("end_mandate",),
           right="read_enterprise"),
    List(
        Login, columns=("person", "started_at", "ip", "agent", "means", "is_new_device", "ended_at", "ended_how"),
        filters=("means", "started_at"), title=t("登录记录", "Log-ins"), icon="login", right="read_people",
        path="logins/",
    ),
    List(
        Client, columns=(CLIENT["name"], CLIENT["client_id"], CLIENT["client_type"], CLIENT["created"]),
        search=("name",),
        title=t("接入应用", "Applications"), icon="apps", right="read_clients", actions=("register_client",),
    ),
    Detail(
        Client, fields=tuple(CLIENT.values()),
        actions=("drop_client",), right="read_clients",
    ),
    Page("do/register_client/", clients.register, title=t("登记应用", "Register an application"),
         right="register_client", in_nav=False),
    Page("messages/", account.sent_messages, title=t("已发消息", "Messages sent"), right="read_messages", icon="mail"),
]
