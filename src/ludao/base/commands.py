"""What the command line says of the house itself: begin a folder, find a thing, tell its edges, draw the map, check."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

out = Console()
NO_SERVER = "postgresql://127.0.0.1:1/none"  # these commands read the code; no database need ever have been started
new = typer.Typer(no_args_is_help=True, help="Begin a counter or a workshop.")


def _prepare() -> None:
    import django

    from ludao.base.embedded import Embedded, EmbeddedError, data_folder

    try:
        known = os.environ.get("LUDAO_DATABASE_URL") or Embedded(data_folder()).database_url
    except EmbeddedError:
        known = NO_SERVER
    os.environ["LUDAO_DATABASE_URL"] = known
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
    try:
        django.setup()
    except ValueError as error:  # a manifest that cannot be read; it names the file
        out.print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(1) from None


@new.command("city")
def new_city(
    chapter: str, name: str,
    clause: Annotated[str, typer.Option(help="Of the plan, when it does not list the folder yet.")] = "",
    zh: Annotated[str, typer.Option(help="The title in Chinese.")] = "",
    en: Annotated[str, typer.Option(help="The title in English.")] = "",
) -> None:
    """A counter: ludao new city services seal"""
    _prepare()
    from ludao.base import scaffold

    _begun(lambda: scaffold.city(chapter, name, clause=clause, zh=zh, en=en))


@new.command("block")
def new_block(name: str, zh: str = "", en: str = "") -> None:
    """A workshop: ludao new block notice"""
    _prepare()
    from ludao.base import scaffold

    _begun(lambda: scaffold.block(name, zh=zh, en=en))


def _begun(make: Callable[[], list[Path]]) -> None:
    from ludao.base.errors import LudaoError

    try:
        made = make()
    except LudaoError as error:
        out.print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(1) from None
    for path in made:
        out.print(f"  {_near(path)}", highlight=False)
    out.print("next: ludao migrate, ludao check, pytest tests/contract, make map", highlight=False)


def _near(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def where(words: Annotated[list[str], typer.Argument(help="What people say: 印章, yinzhang, seal.")]) -> None:
    """Find the counter, the workshop, the action or the dataset by the words people say."""
    _prepare()
    from ludao.base import finder

    found = finder.where(" ".join(words))
    if not found:
        out.print("nothing in the house is called that; add the word to `words` of the manifest it belongs to")
        raise typer.Exit(1)
    table = Table(box=None, pad_edge=False, show_header=False)
    for one in found[:30]:
        table.add_row(one.kind, f"[bold]{one.address}[/bold]", f"{one.zh} · {one.en}", f"[dim]{one.place}[/dim]")
    out.print(table)


def why(address: str) -> None:
    """What an address is and what hangs on it: who uses, reads, hears it, who may, where it shows."""
    _prepare()
    from ludao.base import finder

    try:
        edges = finder.why(address)
    except LookupError as error:
        out.print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(1) from None
    table = Table(box=None, pad_edge=False, show_header=False)
    before = ""
    for relation, end in edges:
        table.add_row(f"[dim]{relation if relation != before else ''}[/dim]", end)
        before = relation
    out.print(table)


def map_(check: Annotated[bool, typer.Option(help="Only say whether docs/map.md is fresh.")] = False) -> None:
    """Write docs/map.md from the manifests."""
    _prepare()
    from ludao.base import mapper

    path = mapper.root() / "docs" / "map.md"
    if not check:
        out.print(f"written: {_near(mapper.write())}")
    elif not path.exists() or path.read_text(encoding="utf-8") != mapper.text():
        out.print(f"[red]{_near(path)}:1: it is not what the manifests say; make map[/red]", highlight=False)
        raise typer.Exit(1)


def check() -> None:
    """Django's system checks and the house's own: what manifests declare is what the code does."""
    _prepare()
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    try:
        call_command("check")
    except SystemCheckError as error:
        out.print(str(error), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
