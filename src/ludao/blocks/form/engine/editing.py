"""Changes to a form's text, one at a time, each giving the next text: fields and sections added, moved, removed."""

import json
from typing import Any


def fresh(title_zh: str, title_en: str) -> str:
    """A form with one section and one field, to begin with."""
    return write({
        "title": {"zh": title_zh, "en": title_en},
        "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {
            "name": {"x-kind": "text", "title": "姓名", "x-en": "Name", "maxLength": 80, "x-grade": "sensitive",
                     "x-mask": "name"}}, "required": ["name"]},
        "layout": [{"section": {"zh": "申请人", "en": "Applicant"}, "fields": ["name"]}],
    })


def write(table: dict[str, Any]) -> str:
    return json.dumps(table, ensure_ascii=False, indent=1)
