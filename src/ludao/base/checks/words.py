"""Everything that people read is there in Chinese and in English."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ludao.base.checks.finding import Finding
from ludao.base.checks.house import House
from ludao.base.checks.source import Folder, Mention, Source, keyword, last_word

CHINESE = re.compile(r"[\u3400-\u9fff]")
LETTER = re.compile(r"[A-Za-z\u3400-\u9fff]")
SHOWN = ("title", "verbose_name", "verbose_name_plural", "help_text", "confirm", "description", "lead", "empty",
         "label")
SHOWN_IN = {"models.py", "actions.py", "actions", "pages.py", "console.py"}
PAIR = 't("…", "…")'


def check(house: House) -> Iterator[Finding]:
    for folder in house.folders:
        yield from _manifest(folder)
        for source in folder.sources:
            yield from _pairs(source)
            if SHOWN_IN & set(source.path.relative_to(folder.path).parts):
                yield from _shown(source)
        for path in folder.files("*.html"):
            yield from _template(path)


def _manifest(folder: Folder) -> Iterator[Finding]:
    title, roles = folder.manifest.title, folder.manifest.roles
    yield from _both(title, folder.declared("title"), folder.manifest.address)
    for right, words in folder.manifest.rights.items():
        yield from _both(words, folder.declared("rights", right), f"the right {right}")
    for role, words in roles.items():
        yield from _both(words, folder.declared("roles", role), f"the role {role}")
    if folder.manifest.kind == "city" and not folder.manifest.words:
        at = folder.declared("words")
        yield Finding(at.path, at.line, "words", "no `words`: nobody finds it by what people say", 'add words = ["…"]')


def _both(words: Mapping[str, str], at: Mention, what: str) -> Iterator[Finding]:
    for language, name in (("zh", "Chinese"), ("en", "English")):
        text = words.get(language, "")
        if not text.strip() or (language == "en" and CHINESE.search(text)):
            yield Finding(at.path, at.line, "words", f"{what} has no {name} title", 'give { zh = "…", en = "…" }')


def _pairs(source: Source) -> Iterator[Finding]:
    """Every t(…) has both languages, each in its place."""
    if not any(m.name == "ludao.base.text.t" for m in source.imports):
        return
    for call in source.calls:
        if last_word(call.func) != "t" or not isinstance(call.func, ast.Name) or not call.args:
            continue
        texts = [_text(arg) for arg in call.args]
        if len(texts) != 2 or ("" in texts and any(text and LETTER.search(text) for text in texts)):
            yield _finding(source, call, "words without their English", f"write {PAIR}")
        elif texts[1] and len(CHINESE.findall(texts[1])) > len(LETTER.findall(texts[1])) / 2:
            yield _finding(source, call, "the English side is Chinese", f"write {PAIR}")


def _text(node: ast.expr) -> str | None:
    """The constant text of an argument; None when only running it tells."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.strip()
    if isinstance(node, ast.JoinedStr):
        return "".join(v.value for v in node.values if isinstance(v, ast.Constant) and isinstance(v.value, str)) or None
    return None


def _shown(source: Source) -> Iterator[Finding]:
    """What is shown is a pair, never a bare string."""
    for call in source.calls:
        name = last_word(call.func)
        shown = [value for word in SHOWN if (value := keyword(call, word)) is not None]
        if name.endswith("Field") and name not in ("ForeignKey", "OneToOneField", "ManyToManyField"):
            shown += call.args[:1]
        if name in ("Problem", "Conflict", "Refused"):
            shown += call.args[:1]
        for value in shown:
            text = _text(value)
            if text and LETTER.search(text):
                yield _finding(source, value, f"“{text}” is shown in one language only", f"write {PAIR}")
        if name == "action" and keyword(call, "title") is None:
            yield _finding(source, call, "an action without a title", f"add title={PAIR}")


def _finding(source: Source, node: ast.AST, what: str, mend: str) -> Finding:
    return Finding(source.path, getattr(node, "lineno", 1), "words", what, mend)


_TAGS = re.compile(r"{% comment.*?endcomment %}|{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", re.DOTALL)


def _template(path: Path) -> Iterator[Finding]:
    """Chinese outside every tag would be shown to English readers too, unless its element says `lang`."""
    bare = _TAGS.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), path.read_text(encoding="utf-8"))
    for number, line in enumerate(bare.splitlines(), 1):
        if CHINESE.search(line) and "lang=" not in line:
            yield Finding(path, number, "words", f"“{line.strip()}” is shown in Chinese only", 'write {% t "…" "…" %}')
