"""A few documents of the demonstration city: a letter in two versions, a picture, a table, one that is due."""

import io
from datetime import timedelta

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.document import keeping, retention
from ludao.blocks.document.models import Document
from ludao.blocks.document.public import LETTER, make
from ludao.blocks.document.typesetting import typeset
from ludao.blocks.identity.public import Person, Post

TITLE = "关于开展公共数据共享检查的函"


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the same at every scale."""
    if Document.objects.exists():
        return
    officer = _officer("wangke")
    made = make(officer, LETTER, letter("请各单位于本月底前完成自查。"), name="检查函.pdf", title=TITLE)
    mended = typeset(LETTER, letter("请各单位于下月十日前完成自查，并附整改清单。"))
    keeping.replace(officer, made, mended, "检查函.pdf", "按征求意见修改期限")
    citizen = Person.objects.get(username="lilei")
    keeping.keep(Actor(person=str(citizen.pk), name=citizen.name, channel="demo"), photograph(), "租房合同.png",
                 title="租房合同照片", term=retention.SHORT)
    keeping.keep(officer, "单位,联系人,完成\n人社局,张工,是\n医保局,李工,否\n".encode(), "自查汇总.csv")
    due = keeping.keep(officer, "会议草稿，不归档。".encode(), "会议草稿.txt", term=retention.SHORT)
    Document.objects.filter(pk=due.pk).update(made_at=clock.now() - timedelta(days=100),
                                              due_on=clock.today() - timedelta(days=10))


def letter(request: str) -> dict[str, object]:
    today = clock.today()
    return {
        "kind": "厦门市大数据管理局", "number": f"厦数函〔{today.year}〕12 号", "office": "厦门市大数据管理局",
        "day": f"{today.year}年{today.month}月{today.day}日", "title": TITLE,
        "paragraphs": ["各有关单位：", "为落实公共数据资源共享要求，现就数据共享情况开展检查，检查内容为目录是否完整、"
                       "更新是否按时、使用是否留痕。", request, "特此函告。"],
    }


def photograph() -> bytes:
    """A picture as a telephone takes one."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (900, 1200), "#f4efe4")
    draw = ImageDraw.Draw(image)
    draw.rectangle((90, 90, 810, 1110), fill="#ffffff", outline="#b8b0a0", width=3)
    for row in range(16):
        draw.line((160, 220 + row * 50, 740 - (row * 37) % 180, 220 + row * 50), fill="#55606a", width=8)
    draw.ellipse((560, 900, 720, 1060), outline="#c8161d", width=8)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _officer(username: str) -> Actor:
    post = Post.objects.select_related("person", "organisation").get(person__username=username, organisation="xm-dsj")
    return Actor(person=str(post.person_id), name=post.person.name, post=str(post.pk),
                 organisation=post.organisation_id, channel="demo")
