"""The catalogue's words: grades, promises, themes and what a value can mean, with their titles."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ludao.base.text import from_pair, t

CONTENT = Path(__file__).parent / "content"
GRADES = [
    ("public", t("公开", "Public")),
    ("internal", t("内部", "Internal")),
    ("sensitive", t("敏感", "Sensitive")),
    ("secret", t("机密", "Secret")),
]
RANKS = {name: rank for rank, (name, _) in enumerate(GRADES)}
PROMISES = [
    ("live", t("实时", "Live")),
    ("hourly", t("每小时", "Hourly")),
    ("daily", t("每日", "Daily")),
    ("weekly", t("每周", "Weekly")),
    ("monthly", t("每月", "Monthly")),
    ("yearly", t("每年", "Yearly")),
]
HOURS = {"live": 1, "hourly": 2, "daily": 36, "weekly": 8 * 24, "monthly": 33 * 24, "yearly": 370 * 24}
KINDS = [
    ("source", t("部门数据", "From a department")),
    ("dataset", t("系统数据集", "Dataset of a system")),
    ("table", t("加工数据", "Derived")),
]
QUALITIES = [
    ("completeness", t("完整性", "Completeness")),
    ("validity", t("规范性", "Validity")),
    ("uniqueness", t("唯一性", "Uniqueness")),
    ("timeliness", t("及时性", "Timeliness")),
    ("consistency", t("一致性", "Consistency")),
]
TYPES = {
    "text": t("文本", "Text"), "integer": t("整数", "Whole number"), "decimal": t("小数", "Decimal"),
    "number": t("数值", "Number"), "boolean": t("是否", "Yes or no"), "date": t("日期", "Day"),
    "timestamp": t("时间", "Moment"),
}
MASKS = {
    "id_number": t("留首尾4位", "Ends of 4 shown"), "credit_code": t("留首尾4位", "Ends of 4 shown"),
    "phone": t("留前3后4位", "First 3, last 4 shown"), "landline": t("留后4位", "Last 4 shown"),
    "bank_card": t("留首尾4位", "Ends of 4 shown"), "passport": t("留首1末2位", "First and last 2 shown"),
    "plate": t("留前2末1位", "First 2 and last shown"), "name": t("只留姓", "Family name shown"),
    "address": t("留到区", "Down to the district"), "email": t("留首字和域名", "First letter and domain"),
    "all": t("全部遮蔽", "Hidden whole"),
}
# What a column tells of a person to whoever sees sums: identifying ones are counted only; guarded ones are counted,
# summed and averaged over so many rows at the least.
OPEN, GUARDED, IDENTIFYING = "open", "guarded", "identifying"
FEWEST = 5


@dataclass(frozen=True)
class Meaning:
    """What a value can be, and how it is held unless somebody decides otherwise."""

    name: str
    title: str
    category: str
    grade: str
    mask: str


def rank(grade: str) -> int:
    return RANKS.get(grade, RANKS["internal"])


def highest(grades: Any, default: str = "public") -> str:
    return max(grades, key=rank, default=default)


@cache
def _means() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "means.toml").read_text("utf-8"))


@cache
def meanings() -> dict[str, Meaning]:
    return {name: Meaning(name, from_pair(row), row["category"], row["grade"], row["mask"])
            for name, row in _means()["means"].items()}


def meaning(name: str) -> Meaning:
    """What is known of a meaning; of one that nobody listed, only its name."""
    return meanings().get(name) or Meaning(name, name, "business", "internal", "")


@cache
def named() -> dict[str, str]:
    """What a column's name means in tables that nobody described."""
    return dict(_means()["named"])


@cache
def opened() -> dict[str, str]:
    """Why a column of this name is not lifted to its inputs, in tables that nobody described."""
    return dict(_means()["open"])


@cache
def categories() -> dict[str, str]:
    return {name: from_pair(row) for name, row in _means()["categories"].items()}


@cache
def _themes() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "themes.toml").read_text("utf-8"))


def themes() -> dict[str, str]:
    return {name: from_pair(row) for name, row in _themes()["themes"].items()}


def theme_of(address: str) -> str:
    """By the longest prefix that is listed."""
    fitting = [p for p in _themes()["by_prefix"] if address == p or address.startswith(p + ".")]
    return str(_themes()["by_prefix"][max(fitting, key=len)]) if fitting else "other"
