"""The `ludao` command: start, load, serve, look after and build the house."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ludao.base import commands
from ludao.base.embedded import Embedded, EmbeddedError, data_folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
Yearbook = Annotated[
    Path | None,
    typer.Option(envvar="LUDAO_YEARBOOK", exists=True, help="Folder or file of yearbook series, loaded as indicators."),
]
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Ludao 鹭岛, the open city brain.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit log.")
app.add_typer(audit_app, name="audit")
app.add_typer(commands.new, name="new")
sharing_app = typer.Typer(no_args_is_help=True, help="What departments ask of one another.")
app.add_typer(sharing_app, name="sharing")
for name, command in {"where": commands.where, "why": commands.why, "map": commands.map_,
                      "check": commands.check}.items():
    app.command(name)(command)
out = Console()


def main() -> None:
    """Every error that names its mend is shown as such, not as a traceback."""
    try:
        app()
    except EmbeddedError as error:
        out.print(f"[red]{error}[/red]", highlight=False)
        sys.exit(1)


def _django() -> None:
    import django

    django.setup()


def _embedded() -> Embedded:
    own = {"postgres": "LUDAO_DATABASE_URL", "nats": "LUDAO_NATS_URL"}
    return Embedded(data_folder(), parts=[name for name, variable in own.items() if not os.environ.get(variable)])


@app.command()
def start() -> None:
    """Start the embedded servers that do not run yet."""
    started = _embedded().start()
    out.print(f"started: {', '.join(started)}" if started else "all servers run already")


@app.command()
def stop() -> None:
    """Stop the embedded servers."""
    stopped = _embedded().stop()
    out.print(f"stopped: {', '.join(stopped)}" if stopped else "no server was running")


@app.command()
def migrate() -> None:
    """Bring the database's tables to this code's."""
    _embedded().start()
    _django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    out.print("the tables are those of this code")


@app.command()
def web(
    port: Annotated[int, typer.Option(envvar="PORT")] = 8000, host: str = "127.0.0.1",
    workers: int = max(1, min(4, os.cpu_count() or 1)),
) -> None:
    """Serve pages and API."""
    from ludao.config import processes

    processes.web(host, port, workers)


@app.command()
def worker(concurrency: int = 4) -> None:
    """Run jobs: deliver events, keep the clock's appointments."""
    _django()
    from ludao.config import processes

    processes.worker(concurrency)


def _name_yearbook(folder: Path | None) -> None:
    """The processes that load are told by their environment."""
    if folder:
        os.environ["LUDAO_YEARBOOK"] = str(folder.resolve())


@app.command()
def load(scale: Annotated[float, typer.Option(envvar="SCALE")] = 0.001, yearbook: Yearbook = None) -> None:
    """Bring the tables to this code's and load the demonstration city; a second time changes nothing."""
    _name_yearbook(yearbook)
    migrate()
    from ludao.demo import city, handover, standing

    city.load(scale, tell=lambda text: out.print(f"  {text}", highlight=False))
    handover.publish()
    standing.keep(scale)


@app.command()
def simulate(
    to: Annotated[Path, typer.Option("--out", help="Folder for the departments' files and the truth.")],
    scale: Annotated[float, typer.Option(help="1 is a city of 5.3 million people and 0.8 million enterprises.")] = 0.01,
    seed: Annotated[int, typer.Option(help="The same seed gives the same city.")] = 2022,
    day: Annotated[str, typer.Option(help="The day in the city, like 2026-10-31.")] = "",
) -> None:
    """Invent a city: what 19 departments hold, in files as they hand them over, and the truth beside them."""
    from ludao.demo import telling

    telling.simulate(scale, seed, to, day, out)


@app.command()
def demo(
    port: Annotated[int, typer.Option(envvar="PORT")] = 8000,
    scale: Annotated[float, typer.Option(envvar="SCALE")] = 0.001,
    yearbook: Yearbook = None,
) -> None:
    """Start everything, load the demonstration city, serve it until Ctrl-C, stop what was started."""
    _name_yearbook(yearbook)
    from ludao.config import processes

    processes.demo(_embedded(), port, scale, out)


@app.command()
def province(
    port: Annotated[int, typer.Option(envvar="PROVINCE_PORT", help="where the province answers")] = 8001,
    city: Annotated[int, typer.Option(envvar="PORT", help="where the demonstration city answers")] = 8000,
) -> None:
    """The provincial platform beside the running demonstration, until Ctrl-C: a second house, of its own in all."""
    from ludao.config import processes

    processes.province(port, city, out)


@app.command("province-load", hidden=True)
def province_load() -> None:
    """Bring the province's tables to this code's and load what it holds."""
    migrate()
    from ludao.demo import province as provincial

    provincial.load(tell=lambda text: out.print(f"  {text}", highlight=False))


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """What is up, what is wrong, and the command that mends it."""
    _django()
    from dataclasses import asdict

    from ludao.base import health

    parts = health.components()
    if as_json:
        print(json.dumps([asdict(part) for part in parts], ensure_ascii=False, indent=2))
    else:
        out.print(_table(parts))
    raise typer.Exit(1 if any(part.state == "down" for part in parts) else 0)


def _table(parts: list) -> Table:  # type: ignore[type-arg]
    table = Table(box=None, pad_edge=False)
    for title in ("component", "state", "version", "where", "mend"):
        table.add_column(title, overflow="fold")
    colours = {"up": "green", "down": "red", "warning": "yellow"}
    for part in parts:
        state = f"[{colours.get(part.state, 'white')}]{part.state}[/]"
        table.add_row(part.name, state, part.version, str(part.where), part.mend)
    return table


@audit_app.command("verify")
def audit_verify() -> None:
    """Walk the audit chains and name every line that was changed, removed or reordered."""
    _django()
    from ludao.base import audit

    faults = list(audit.verify())
    for fault in faults:
        out.print(f"[red]chain {fault.chain}, line {fault.number}: {fault.what}[/red]")
    if faults:
        raise typer.Exit(1)
    out.print("[green]every chain holds[/green]")


@sharing_app.command("verify")
def sharing_verify(
    grant: Annotated[str, typer.Argument(help="GX…; every grant when left out")] = "",
    answer: Annotated[Path | None, typer.Option(help="a body that was kept: ours, and logged?")] = None,
    headers: Annotated[Path | None, typer.Option(help="its headers, as curl -D writes them")] = None,
) -> None:
    """Walk the message logs of shared data and name every line that was changed, removed or reordered."""
    _django()
    from ludao.city.data.sharing import verifying

    faults = 0
    if answer and headers:
        kept = dict(line.split(": ", 1) for line in headers.read_text().splitlines() if ": " in line)
        told = [("the answer", verifying.verify_answer(answer.read_bytes(), kept))]
    else:
        told = [(f"{one.number}  {found.messages} lines  head {found.head[:16]}", found.faults)
                for one, found in verifying.verify_all(grant)]
    for what, wrong in told:
        faults += len(wrong)
        out.print(f"[{'red' if wrong else 'green'}]{what}[/]  {'; '.join(wrong) or 'holds'}", highlight=False)
    if faults or not told:
        raise typer.Exit(1)


@sharing_app.command("key")
def sharing_key() -> None:
    """This platform's public key, for whoever enters it as a peer."""
    _django()
    from ludao.city.data.sharing import keys

    print(keys.public_key())


@sharing_app.command("peer")
def sharing_peer(
    code: Annotated[str, typer.Argument(help="what we call it")],
    url: Annotated[str, typer.Argument(help="http(s)://host[:port]")],
    key: Annotated[str, typer.Argument(help="its public key: `ludao sharing key` there")],
    own_code: Annotated[str, typer.Option(help="what it calls us")],
    name: Annotated[str, typer.Option()],
    place: Annotated[str, typer.Option(help="above, below or beside")] = "above",
) -> None:
    """Enter another platform, or its new address and key; it has to enter us likewise."""
    _django()
    from ludao.base import actions
    from ludao.base.actor import Actor
    from ludao.base.errors import LudaoError

    given = {"code": code, "own_code": own_code, "name": name, "place": place, "url": url, "public_key": key}
    try:
        out.print(f"entered: {actions.get('data.sharing.add_peer').call(Actor.system('cli', channel='cli'), given)}")
    except LudaoError as error:
        raise EmbeddedError(str(error), "see docs/how/sharing.md") from error


@app.command()
def cluster(what: Annotated[str, typer.Argument(help="start or stop")], workers: int = 1) -> None:
    """Start or stop a Spark cluster on this machine (LUDAO_ENGINE names its address)."""
    _django()
    from ludao.config import processes

    processes.cluster(what, workers, out)


@app.command()
def backup(target: Path) -> None:
    """All state into one folder: database, streams, keys, files."""
    from ludao.base import backup as keeper

    keeper.backup(data_folder(), target, tell=out.print)


@app.command()
def restore(source: Path) -> None:
    """A backup into an empty data folder (DATA=…)."""
    from ludao.base import backup as keeper

    keeper.restore(source, data_folder(), tell=out.print)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context) -> None:
    """Django's own commands: ludao manage makemigrations …"""
    _embedded().start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["ludao manage", *context.args])


@app.command()
def bench(name: str, scale: float = 1.0, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Measure one claim against its peer in the same run: ludao bench login --json"""
    from ludao.config import processes

    processes.bench(name, scale, as_json, out)
