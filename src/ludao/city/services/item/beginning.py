"""How a new item begins: with the usual counter and fee, its form with what the city holds of the applicant."""

import json
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PERSON = (
    ("name", "姓名", "Name", "text"),
    ("id_number", "身份证号", "Id number", "id_number"),
    ("phone", "联系电话", "Telephone", "phone"),
)
ENTERPRISE = (
    ("name", "企业名称", "Name of the enterprise", "text"),
    ("credit_code", "统一社会信用代码", "Credit code", "credit_code"),
    ("legal_person_name", "法定代表人", "Legal representative", "text"),
    ("phone", "联系电话", "Telephone", "phone"),
)


def facts() -> dict[str, Any]:
    """What most items say; the item's manager changes what is otherwise."""
    return {
        "windows": [
            {
                "name_zh": "市政务服务中心综合窗口（各区政务服务中心同步受理）",
                "name_en": "Counters of the city's service centre (the districts' centres receive it too)",
            }
        ],
        "fees": [{"name_zh": "不收费", "name_en": "Free of charge"}],
    }


def form(title_zh: str, title_en: str, object_: str) -> str:
    """The applicant, and one open question: what is asked for. The editor adds the rest."""
    source, fields = ("enterprise", ENTERPRISE) if object_ == "enterprise" else ("person", PERSON)
    asked = {name: _field(source, name, zh, en, kind) for name, zh, en, kind in fields}
    asked["wish"] = {"x-kind": "long_text", "title": "申请内容", "x-en": "What is asked for", "maxLength": 1000}
    return json.dumps(
        {
            "title": {"zh": title_zh, "en": title_en},
            "schema": {"$schema": DIALECT, "type": "object", "properties": asked, "required": list(asked)},
            "layout": [
                {"section": {"zh": "申请人", "en": "Applicant"}, "fields": [name for name, *_ in fields]},
                {"section": {"zh": "申请事项", "en": "The wish"}, "fields": ["wish"]},
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _field(source: str, name: str, zh: str, en: str, kind: str) -> dict[str, Any]:
    is_locked = name in ("name", "id_number", "credit_code")
    said: dict[str, Any] = {
        "x-kind": kind,
        "title": zh,
        "x-en": en,
        "x-from": {"source": source, "field": name, "locked": is_locked},
    }
    if kind == "text":
        said |= {"maxLength": 80 if source == "person" else 200}
    if source == "person" and name == "name":
        said |= {"x-grade": "sensitive", "x-mask": "name"}
    return said
