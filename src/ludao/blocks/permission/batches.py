"""Reading a file of grants: which columns, which encodings, and what each row names."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity.public import Area, Organisation, Post
from ludao.blocks.permission import titles

COLUMNS = {
    "username": ("账号", "用户名", "username"), "post": ("岗位", "post"), "role": ("角色", "role"),
    "organisation": ("机构", "单位", "organisation"), "area": ("区域", "area"), "since": ("起", "起始日", "from"),
    "until": ("止", "截止日", "until"), "reason": ("事由", "reason"),
}
NEEDED = ("username", "role", "reason")
MOST_ROWS = 5000


def rows_of(file: UploadedFile) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by our names. Raises Problem when it is no such file at all."""
    lines = list(csv.reader(io.StringIO(_text(file))))
    if not lines:
        raise Problem(t("文件是空的", "The file is empty"), field="file")
    names = [_name_of(cell) for cell in lines[0]]
    if missing := [COLUMNS[name][0] for name in NEEDED if name not in names]:
        raise Problem(t(f"首行缺少列：{'、'.join(missing)}", f"The header lacks: {', '.join(missing)}"), field="file")
    if len(lines) > MOST_ROWS + 1:
        raise Problem(t(f"一次最多 {MOST_ROWS} 行", f"At most {MOST_ROWS} rows at a time"), field="file")
    return (
        (number, {name: cell.strip() for name, cell in zip(names, line, strict=False) if name})
        for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)
    )


def _text(file: UploadedFile) -> str:
    """UTF-8 with or without its mark, or GB 18030 as Excel writes here."""
    content = file.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return str(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Problem(t("文件编码应为 UTF-8 或 GB 18030", "The file must be UTF-8 or GB 18030"), field="file")


def _name_of(cell: str) -> str:
    word = cell.strip().lower()
    return next((name for name, words in COLUMNS.items() if word in words), "")


def read_row(row: dict[str, str]) -> dict[str, Any]:
    """What `grant` takes. Raises Problem that says what is wrong with which cell."""
    return {
        "post": _post(row.get("username", ""), row.get("post", "")),
        "role": _role(row.get("role", "")),
        "reason": _needed(row, "reason"),
        "organisation": _by_code_or_name(Organisation, row.get("organisation", ""), "机构"),
        "area": _by_code_or_name(Area, row.get("area", ""), "区域"),
        "since": _day(row.get("since", ""), "起"),
        "until": _day(row.get("until", ""), "止"),
    }


def _needed(row: dict[str, str], name: str) -> str:
    if not row.get(name):
        raise Problem(t(f"缺少{COLUMNS[name][0]}", f"{name} is missing"), field=name)
    return row[name]


def _post(username: str, title: str) -> Post:
    """The person's post of that title today; the only one when no title is given."""
    posts = Post.objects.current().filter(person__username=username.lower()).select_related("person", "organisation")
    found = list(posts.filter(title=title) if title else posts)
    if len(found) == 1:
        one: Post = found[0]
        return one
    if found:
        words = t(f"账号 {username} 有多个岗位，请写明岗位", f"{username} holds several posts: name one")
        raise Problem(words, field="post")
    raise Problem(t(f"账号 {username} 没有岗位 {title}", f"{username} holds no post {title}"), field="username")


def _role(word: str) -> str:
    for role, title in titles.roles().items():
        pair = (role, str(title))
        if word in pair and role not in titles.SPECIAL:
            return role
    raise Problem(t(f"没有这个角色：{word}", f"There is no role {word}"), field="role")


def _by_code_or_name(model: Any, word: str, what: str) -> Any:
    if not word:
        return None
    found = model.objects.filter(pk=word).first() or _only(model, word)
    if found is None:
        raise Problem(t(f"没有这个{what}：{word}", f"There is no such {model._meta.model_name}: {word}"))
    return found


def _only(model: Any, name: str) -> Any:
    """By name when just one has it: there are many 中山社区."""
    found = list(model.objects.filter(name=name)[:2])
    return found[0] if len(found) == 1 else None


def _day(word: str, what: str) -> date | None:
    try:
        return date.fromisoformat(word.replace("/", "-")) if word else None
    except ValueError:
        words = t(f"{what}应为日期，如 2022-06-30：{word}", f"Should be a date such as 2022-06-30: {word}")
        raise Problem(words) from None
