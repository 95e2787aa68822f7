"""What tells persons' files from enterprises'."""

from ludao.base.text import t
from ludao.blocks.profile import public as profile

DESK = profile.Desk(
    profile="person",
    address="data.person",
    find_title=t("查一人一档", "Find a person's file"),
    own_title=t("我的档案", "My file"),
    own_lead=t("各部门保存的关于您的信息、从哪里来、谁看过。",
               "What the city's offices hold about you, from where, and who looked."),
    nothing=t("请先在“我的账户”核对证件号；已核对的，可能还没有部门保存您的信息。",
              "First prove your identity number under “My account”; if you have, no office holds anything yet."),
    form=profile.PersonForm,
)
