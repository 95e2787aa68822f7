"""Pages of the person's file: find for officers, the file itself, and one's own."""

from django.http import HttpRequest, HttpResponse

from ludao.base.pages import Page
from ludao.base.text import t
from ludao.blocks.profile import public as profile

from .desk import DESK


def find(request: HttpRequest) -> HttpResponse:
    return profile.find_page(request, DESK)


def open_(request: HttpRequest) -> HttpResponse:
    return profile.open_page(request, DESK)


def file(request: HttpRequest, entity: str) -> HttpResponse:
    return profile.file_page(request, DESK, entity)


def extract(request: HttpRequest, entity: str) -> HttpResponse:
    return profile.extract_page(request, DESK, entity)


def mine(request: HttpRequest) -> HttpResponse:
    return profile.mine_page(request, DESK)


def own_extract(request: HttpRequest) -> HttpResponse:
    return profile.own_extract_page(request, DESK)


pages = [
    Page("", find, t("查一人一档", "Find a person's file"), "open", "user-search", words=("查人", "人口", "核验身份")),
    Page("open/", open_, t("打开档案", "Open the file"), "open", in_nav=False),
    Page("file/<str:entity>/", file, t("一人一档", "A person's file"), "open", in_nav=False),
    Page("file/<str:entity>/extract.pdf", extract, t("档案摘录", "Extract of a file"), "extract", in_nav=False),
    Page("mine/", mine, t("我的档案", "My file"), "mine", "id",
         words=("我的信息", "谁看过我的信息", "信息不对", "更正信息", "个人信息")),
    Page("mine/extract.pdf", own_extract, t("我的档案摘录", "Extract of my file"), "mine", in_nav=False),
]
