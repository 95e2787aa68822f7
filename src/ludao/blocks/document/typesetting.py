"""Sets a sheet of typst with data: notices, certificates, bulletins, letters under a red head."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.core.serializers.json import DjangoJSONEncoder

from ludao.base.errors import Problem
from ludao.base.text import t

OFFICIAL = Path(__file__).parent / "content" / "official.typ"
CHINESE = "Noto Sans CJK SC"


@cache
def fonts() -> typst.Fonts:
    """Found once a process: looking through the machine's fonts costs 50 times what setting a page does."""
    return typst.Fonts()


def typeset(sheet: Path | bytes, data: Any) -> bytes:
    """PDF/A-2b from a sheet that reads `json(bytes(sys.inputs.data))` and may `#import "official.typ"`.
    Raises Problem where the sheet is wrong or the machine has no Chinese type."""
    if CHINESE not in fonts().families():
        raise Problem(t("服务器上没有中文字体，请运维人员安装 fonts-noto-cjk",
                        "The server has no Chinese type: the operator installs fonts-noto-cjk"))
    source = sheet if isinstance(sheet, bytes) else sheet.read_bytes()
    given = json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder)
    try:
        made = typst.compile(  # type: ignore[call-overload]  # its stubs do not know several files
            {"main.typ": source, "official.typ": OFFICIAL.read_bytes()}, format="pdf", font_paths=fonts(),
            sys_inputs={"data": given}, pdf_standards=["a-2b"])
    except typst.TypstError as error:
        raise Problem(t(f"模板有错：{error}", f"The template is wrong: {error}")) from error
    assert isinstance(made, bytes)
    return made
