"""What tells enterprises' files from persons'."""

from ludao.base.text import t
from ludao.blocks.profile import public as profile

DESK = profile.Desk(
    profile="company",
    address="data.enterprise",
    find_title=t("查一企一档", "Find an enterprise's file"),
    own_title=t("我的企业档案", "My enterprise's file"),
    own_lead=t("各部门保存的关于贵企业的信息、从哪里来、谁看过。",
               "What the city's offices hold about your enterprise, from where, and who looked."),
    nothing=t("请先在右上角切换到企业身份；已切换的，可能还没有部门保存该企业的信息。",
              "First put on the enterprise's hat, at the top right; if you have, no office holds anything yet."),
    form=profile.CompanyForm,
)
