"""The jobs of exchange, made known to every process when it starts."""

from ludao.base import audit
from ludao.base.text import t
from ludao.blocks.exchange import collecting as _collecting  # noqa: F401
from ludao.blocks.exchange import outbox as _outbox  # noqa: F401
from ludao.blocks.exchange import replaying as _replaying  # noqa: F401

audit.words |= {
    "exchange.see_rows": t("查看隔离的行", "Look at rows in quarantine"),
    "exchange.download": t("下载原文件或隔离的行", "Fetch a file as it came, or rows in quarantine"),
}
