"""Draws a round official seal as vectors: SVG for pages, PDF for a signed document."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from ludao.base.errors import Problem
from ludao.base.text import t

from .models import Certificate

SHEET = Path(__file__).parent / "content" / "seal.typ"
WIDTH_MM = 45
CHINESE = "Noto Serif CJK SC"


@dataclass(frozen=True)
class Visible:
    """Where the seal is seen: the page (-1 is the last) and the lower left corner in mm from the page's own."""

    page: int = -1
    x_mm: float = 135
    y_mm: float = 30
    width_mm: float = WIDTH_MM


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts()


@cache
def picture(name: str, note: str, number: str, form: Literal["svg", "pdf"]) -> bytes:
    """`note` stands below the star (演示), `number` is the seal's code. A few kilobytes, kept for good."""
    if CHINESE not in fonts().families():
        raise Problem(t("服务器上没有中文字体，请运维人员安装 fonts-noto-cjk",
                        "The server has no Chinese type: the operator installs fonts-noto-cjk"))
    given = json.dumps({"name": name, "note": note, "number": number}, ensure_ascii=False)
    made = typst.compile(SHEET.read_bytes(), format=form, font_paths=fonts(), sys_inputs={"data": given})
    assert isinstance(made, bytes)
    return made


def of(certificate: Certificate, form: Literal["svg", "pdf"]) -> bytes:
    """The seal that belongs to a certificate."""
    return picture(certificate.name, "演示" if certificate.is_demonstration else "", certificate.number, form)
