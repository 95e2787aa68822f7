"""Pages of the enterprise's file: find for officers, the file itself, and one's own."""

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
    Page("", find, t("查一企一档", "Find an enterprise's file"), "open", "building-store",
         words=("查企业", "法人", "信用")),
    Page("open/", open_, t("打开档案", "Open the file"), "open", in_nav=False),
    Page("file/<str:entity>/", file, t("一企一档", "An enterprise's file"), "open", in_nav=False),
    Page("file/<str:entity>/extract.pdf", extract, t("档案摘录", "Extract of a file"), "extract", in_nav=False),
    Page("mine/", mine, t("我的企业档案", "My enterprise's file"), "mine", "certificate",
         words=("企业信息", "企业信用", "谁看过企业信息", "信息不对")),
    Page("mine/extract.pdf", own_extract, t("企业档案摘录", "Extract of my own file"), "mine", in_nav=False),
]
