"""SQL that people write: read, checked against a small grammar, and written anew for each engine.

What runs is always what `.sql()` writes from the checked tree, never the text that was typed: a comment, a
quote or a keyword that two parsers read in two ways does not survive.
"""

from ludao.base.sql.expression import SafeExpression, expression
from ludao.base.sql.grammar import AGGREGATES, DEFAULT, WINDOWS
from ludao.base.sql.query import SafeQuery, select_only, tables
from ludao.base.sql.reading import Dialect, located, parse, unplaced

__all__ = [
    "AGGREGATES",
    "DEFAULT",
    "WINDOWS",
    "Dialect",
    "SafeExpression",
    "SafeQuery",
    "expression",
    "located",
    "parse",
    "select_only",
    "tables",
    "unplaced",
]
