"""The city's total of valid records on the desk."""

from typing import Any

from ludao.base.pages.figures import figure
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue


@figure("data.catalogue.read")
def records() -> dict[str, Any]:
    total = catalogue.records()
    share = total["records"] / total["goal"] * 100
    return {"title": t("全市有效数据", "The city's valid records"), "value": total["records"],
            "unit": t("条", "records"), "as_of": total["as_of"], "url": "/data/catalogue/find/",
            "text": t(f"50亿条目标的{share:.4f}%", f"{share:.4f}% of 5 billion")}
