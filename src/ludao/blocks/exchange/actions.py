"""The verbs of exchange: set sources up, receive, load, answer, mend, replay."""

import json
import tomllib
from datetime import datetime
from typing import Annotated, Any

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field

from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.exchange import loading, sources
from ludao.blocks.exchange.models import Delivery, Source

ContractText = Annotated[str, Field(title=t("契约", "Contract"), min_length=10, max_length=200_000,
                                    description=t("TOML 或 JSON", "TOML or JSON")), Kind("text")]


@action("exchange.set_up", title=t("接入数据源", "Set up a source"), says=("exchange.set_up",), icon="plug")
def set_up(actor: Actor, contract: ContractText) -> Source:
    """The source of this contract; a second time changes what the contract changes."""
    table = table_of(contract)
    source = sources.set_up(table)
    say("exchange.set_up", {"address": source.address, "owner": source.owner_id})
    return source


def table_of(text: str) -> dict[str, Any]:
    try:
        table = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise Problem(t(f"契约读不懂：{error}", f"The contract cannot be read: {error}"), field="contract") from error
    if not isinstance(table, dict):
        raise Problem(t("契约应是一张表", "The contract should be a table"), field="contract")
    return table


@action("exchange.receive", title=t("上传文件", "Upload a file"), says=("exchange.received",), icon="upload")
def receive(
    actor: Actor,
    source: Source,
    file: Annotated[UploadedFile, Field(title=t("文件", "File"), description=t(
        "CSV、XLSX、JSON 行、Parquet；编码和分隔符自动识别", "CSV, XLSX, JSON lines, Parquet; encoding and delimiter are found out"))],
    sent_at: Annotated[datetime | None, Field(title=t("发送时间", "Sent at"))] = None,
) -> Delivery:
    """Keep a file as it came."""
    file.seek(0)
    delivery = sources.receive(source, file, file.name or "data", sent_at)
    say("exchange.received", {"address": source.address, "delivery": delivery.pk, "state": delivery.state})
    return delivery


@action("exchange.load", title=t("装载", "Load"), icon="database-import", when=lambda delivery: delivery.is_loadable)
def load(actor: Actor, delivery: Delivery) -> Delivery:
    """Load it in the background, with progress."""
    loading.load.start(actor, about=delivery.source.address, delivery=delivery.pk)
    return delivery
