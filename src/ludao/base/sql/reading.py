"""Reading SQL into a tree: one statement, of bearable size, with mistakes told where they stand."""

import re
from dataclasses import dataclass
from typing import Literal

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ParseError, SqlglotError

from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t

Dialect = Literal["postgres", "duckdb", "spark"]
DIALECTS: tuple[Dialect, ...] = ("postgres", "duckdb", "spark")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_AT = re.compile(r"^(第\d+个字符处：|At character \d+: )")
_CHAINS = (exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul, exp.DPipe, exp.Union)


@dataclass(frozen=True)
class Limits:
    characters: int
    depth: int
    nodes: int


OF_EXPRESSION = Limits(2_000, 24, 400)
OF_QUERY = Limits(20_000, 48, 4_000)


def parse(sql: str, dialect: Dialect = "postgres", field: str = "", limits: Limits = OF_QUERY) -> exp.Expr:
    """The tree of exactly one statement."""
    if len(sql) > limits.characters:
        raise mistake(
            f"太长：最多{limits.characters}个字符", f"Too long: at most {limits.characters} characters", field
        )
    if odd := _CONTROL.search(sql):
        raise mistake("含有不可见的控制字符", "There is an invisible control character", field, odd.start())
    try:
        _refuse_deep_brackets(sql, dialect, limits, field)
        statements = [tree for tree in sqlglot.parse(sql, dialect=dialect) if tree is not None]
    except ParseError as error:
        raise _unreadable(sql, error, field) from error
    except (SqlglotError, ValueError) as error:
        raise mistake("读不懂，请检查引号和括号", "Cannot be read: check quotes and brackets", field) from error
    except RecursionError as error:
        raise _too_deep(limits, field) from error
    if len(statements) != 1:
        raise mistake(
            f"应只写一条，这里有{len(statements)}条", f"Write exactly one statement, there are {len(statements)}", field
        )
    measure(statements[0], limits, field)
    return statements[0]


def measure(tree: exp.Expr, limits: Limits, field: str) -> None:
    """Refuse what is too large or nested too deeply; a chain of the same operator is one level."""
    levels = {id(tree): 1}
    for count, node in enumerate(tree.walk(), 1):
        if count > limits.nodes:
            raise mistake("太复杂，请拆成几个", "Too complex: divide it", field, position(node))
        parent = node.parent
        if parent is not None and node is not tree:
            chain = type(node) is type(parent) and isinstance(node, _CHAINS)
            levels[id(node)] = levels[id(parent)] + (0 if chain else 1)
        if levels[id(node)] > limits.depth:
            raise _too_deep(limits, field)


def write(tree: exp.Expr, dialect: Dialect) -> str:
    """SQL of this engine from a checked tree, without comments."""
    if dialect == "postgres":  # its round(double, digits) does not exist
        tree = tree.copy()
        for node in list(tree.find_all(exp.Round)):
            if node.args.get("decimals"):
                node.set("this", exp.cast(node.this, exp.DType.DECIMAL, copy=False))
    return tree.sql(dialect=dialect, comments=False)


def mistake(zh: str, en: str, field: str = "", at: int | None = None) -> Problem:
    """A problem that names the place, counted in characters from 1."""
    if at is not None:
        zh, en = f"第{at + 1}个字符处：{zh}", f"At character {at + 1}: {en}"
    return Problem(t(zh, en), field=field, position=at)


def located(problem: Problem, text: str, field: str = "", start: int = 0) -> Problem:
    """The same mistake with its line and column in a text whose statement begins at `start`, where its place is
    known: the parser's, or that of the word it is about (`named`)."""
    at, named = problem.more.get("position"), problem.more.get("named")
    if at is None and named and (found := re.search(rf"\b{re.escape(named)}\b", text[start:], re.IGNORECASE)):
        at = found.start()
    if at is None:
        return problem
    before = text[: start + at]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    said = unplaced(problem)
    return Problem(t(f"第{line}行第{column}列：{said}", f"Line {line}, column {column}: {said}"), field=field,
                   line=line, column=column)


def unplaced(problem: LudaoError) -> str:
    """What is wrong, without the count of characters: where its line is told instead."""
    return _AT.sub("", str(problem))


def position(node: exp.Expr) -> int | None:
    """Where a node begins in the text, as far as the parser kept it."""
    starts = [found.meta["start"] for found in node.walk() if "start" in found.meta]
    return min(starts) if starts else None


def _refuse_deep_brackets(sql: str, dialect: Dialect, limits: Limits, field: str) -> None:
    depth = 0
    for token in sqlglot.tokenize(sql, dialect=dialect):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if depth > limits.depth:
            raise _too_deep(limits, field)


def _too_deep(limits: Limits, field: str) -> Problem:
    return mistake(f"嵌套太深，最多{limits.depth}层", f"Nested too deeply: at most {limits.depth} levels", field)


def _unreadable(sql: str, error: ParseError, field: str) -> Problem:
    first = error.errors[0] if error.errors else {}
    near = str(first.get("highlight") or "").strip()
    lines = sql.splitlines(keepends=True)[: max(int(first.get("line") or 1) - 1, 0)]
    at = max(sum(map(len, lines)) + int(first.get("col") or 1) - max(len(near), 1), 0)
    if near:
        return mistake(f"“{near}”附近读不懂", f"Cannot be read near “{near}”", field, at)
    return mistake("读不懂，请检查引号和括号", "Cannot be read: check quotes and brackets", field, at)
