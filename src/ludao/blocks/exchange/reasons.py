"""Why a row was turned away, in words, and how to put it right."""

from ludao.base.text import t
from ludao.blocks.exchange.contract import Contract

TYPES = {
    "integer": t("整数", "a whole number"),
    "decimal": t("数", "a number"),
    "number": t("数", "a number"),
    "boolean": t("是或否", "yes or no"),
    "date": t("日期，如 2022-06-30", "a day such as 2022-06-30"),
    "timestamp": t("时间，如 2022-06-30 08:00:00", "a moment such as 2022-06-30 08:00:00"),
    "text": t("文字", "text"),
}
MEANINGS = {
    "id_number": t("身份证号应为18位且校验码相符", "A resident id has 18 digits with a fitting check digit"),
    "credit_code": t("统一社会信用代码应为18位且校验码相符", "A credit code has 18 signs with a fitting check digit"),
    "phone": t(
        "电话应为11位手机号，或带区号的固定电话", "A phone is a mobile of 11 digits, or a landline with its area code"
    ),
    "area_code": t("区划代码应为6、9或12位数字", "An area code has 6, 9 or 12 digits"),
}


def words(contract: Contract, code: str, column: str) -> str:
    """One sentence."""
    name = title(contract, column)
    if code.startswith("rule-"):
        rule = next((r for r in contract.rules if r.name == code[5:]), None)
        said = rule.title if rule else code[5:]
        return t(f"不符合规则：{said}", f"Breaks the rule: {said}")
    kind = TYPES[contract.columns[column].type] if column in contract.columns else ""
    return {
        "key": t(f"主键“{name}”是空的", f"The key {name} is empty"),
        "required": t(f"“{name}”必填，但为空", f"{name} is required, but empty"),
        "type": t(f"“{name}”不是{kind}", f"{name} is not {kind}"),
        "means": t(f"“{name}”的值不成立", f"The value of {name} is not valid"),
        "shape": t("这一行的列数与表头不符", "The line has another number of fields than the header"),
        "unreadable": t("这一行读不出来", "The line cannot be read"),
    }.get(code, code)


def remedy(contract: Contract, code: str, column: str) -> str:
    """What to do about it."""
    if code == "means" and column in contract.columns:
        return MEANINGS.get(contract.columns[column].means, "")
    if code == "type" and column in contract.columns:
        return t(f"请改成{TYPES[contract.columns[column].type]}", f"Make it {TYPES[contract.columns[column].type]}")
    if code in ("key", "required"):
        return t("请补填，或查明后弃用这一行", "Fill it in, or discard the line once you know why")
    if code in ("shape", "unreadable"):
        return t("请对照原文件逐列填写", "Fill in the columns by the file as it came")
    rule = next((r for r in contract.rules if code == f"rule-{r.name}"), None)
    return t(f"应当：{rule.says}", f"It must hold: {rule.says}") if rule else ""


def title(contract: Contract, column: str) -> str:
    return contract.columns[column].title if column in contract.columns else column
