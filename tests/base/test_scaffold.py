"""`ludao new` begins a folder that is in order at once: checked, migrated, walked through by the contract tests."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ludao.base import checks, scaffold
from ludao.base.mapper import rows
from ludao.base.scaffold import CannotBegin

ROOT = Path(__file__).resolve().parents[2]
BY_HAND = ("manifest.toml", "models.py", "actions.py", "pages.py", "demo.py", "examples.py", "entry.sql", "test_")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of this checkout's code; what is large and does not change is linked."""
    shutil.copytree(ROOT / "src" / "ludao", tmp_path / "src" / "ludao",
                    ignore=shutil.ignore_patterns("static", "__pycache__"))
    (tmp_path / "src" / "ludao" / "static").symlink_to(ROOT / "src" / "ludao" / "static")
    for name in ("tests", "pyproject.toml", "conftest.py", ".importlinter", "frontend"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def begin(checkout: Path) -> list[Path]:
    package = checkout / "src" / "ludao"
    return [*scaffold.city("services", "seal", package=package), *scaffold.block("evidence", package=package),
            *scaffold.city("services", "window", clause="1.1.3", zh="综合窗口", en="Service window", package=package)]


def test_what_is_begun_is_in_order(checkout: Path) -> None:
    before = {f.path for f in checks.findings(checkout / "src" / "ludao")}
    begin(checkout)
    assert [str(f) for f in checks.findings(checkout / "src" / "ludao") if f.path not in before] == []
    assert 'services/window" = { zh = "综合窗口", en = "Service window", built = true }' in (
        checkout / "src/ludao/city/clauses.toml").read_text(encoding="utf-8")


def test_a_register_takes_fewer_than_150_lines_by_hand(checkout: Path) -> None:
    made = [p for p in scaffold.city("services", "seal", package=checkout / "src" / "ludao")
            if p.name.startswith(BY_HAND)]
    lines = {p.name: len([line for line in p.read_text(encoding="utf-8").splitlines() if line.strip()]) for p in made}
    assert {"models.py", "actions.py", "pages.py", "entry.sql", "test_seal.py", "manifest.toml"} <= set(lines)
    assert sum(lines.values()) < 150, lines


def test_what_cannot_begin_says_what_to_do_first(checkout: Path) -> None:
    package = checkout / "src" / "ludao"
    with pytest.raises(CannotBegin, match="no chapter office2"):
        scaffold.city("office2", "seal", package=package)
    with pytest.raises(CannotBegin, match="give --clause, --zh and --en"):
        scaffold.city("services", "window", package=package)
    with pytest.raises(CannotBegin, match="name it in blocks/rows.toml"):
        scaffold.block("printer", package=package)
    with pytest.raises(CannotBegin, match="stands already"):
        scaffold.block("identity", package=package)
    with pytest.raises(CannotBegin, match="no name for a folder"):
        scaffold.city("services", "My-Seal", package=package)


def test_the_rows_are_those_of_import_linter() -> None:
    config = (ROOT / ".importlinter").read_text(encoding="utf-8")
    section = config.split("[importlinter:contract:rows]")[1].split("[importlinter:")[0].split("layers =")[1]
    walls = [[name.strip(" ()") for name in line.split("|")] for line in section.strip().splitlines()]
    assert walls == [list(row) for row in rows()]


@pytest.mark.slow
def test_what_is_begun_runs_at_once(checkout: Path) -> None:
    """The walls, Django's checks, the migrations, its own tests and the contract tests, in the copy."""
    begin(checkout)
    run(checkout, "lint-imports", "--no-cache")
    run(checkout, "ruff", "check", "src/ludao/city/services", "src/ludao/blocks/evidence", "--exclude", "migrations")
    run(checkout, "python", "-m", "ludao", "check")
    run(checkout, "python", "-m", "ludao", "manage", "makemigrations", "--check", "--dry-run")
    run(checkout, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "src/ludao/city/services/seal",
        "src/ludao/blocks/evidence")
    run(checkout, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract", "-m", "not browser",
        "-k", "services.seal or evidence")


PLANTED = {
    "a parameter's title": ("actions.py", "title: Title, remark: Remark = \"\") -> Entry:\n    if",
                            "title: Title, remark: str = \"\") -> Entry:\n    if", "actions.py",
                            "the parameter remark of services.seal.enter has no title in both languages"),
    "a column's title": ("models.py", 'models.DateField(t("登记日期", "Entered on"))', "models.DateField()",
                         "models.py", "Entry.entered_on is shown, but has no title in both languages"),
    "a button of another": ("pages.py", 'actions=("correct", "close")', 'actions=("enter", "close")', "pages.py",
                            "services.seal.enter stands on the page of Entry, but is not done to one"),
    "a table's title": ("models.py", 'verbose_name = t("电子印章登记", "Electronic seals entry")', "ordering = ()",
                        "models.py", "the table Entry is shown, but has no title in both languages"),
}


@pytest.mark.slow
def test_what_only_the_running_code_tells_is_reported(checkout: Path) -> None:
    begin(checkout)
    folder = checkout / "src/ludao/city/services/seal"
    for file, old, new, _, _ in PLANTED.values():
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    (folder / "protocols").mkdir()
    (folder / "protocols/__init__.py").touch()
    (folder / "protocols/peep.py").write_text(
        '"""A hole."""\n\nfrom django.http import HttpResponse\nfrom django.urls import path\n\n\n'
        'def peep(request):\n    return HttpResponse()\n\n\nurlpatterns = [path("peep/", peep)]\n')
    said = ran(checkout, "python", "-m", "ludao", "check").stdout
    wanted = [(file, words) for *_, file, words in PLANTED.values()]
    for file, words in [*wanted, ("protocols/peep.py", "the address /services/seal/peep/ asks no right")]:
        assert re.search(rf"services/seal/{file}:\d+: \(ludao\.\w+\) {re.escape(words)}", said), said


def run(where: Path, program: str, *words: str) -> None:
    done = ran(where, program, *words)
    assert done.returncode == 0, f"{program} {' '.join(words)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"


def ran(where: Path, program: str, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(where / "src"), "LUDAO_TEST_DATA": os.environ["DATA"]}
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    return subprocess.run([Path(sys.executable).with_name(program), *words], cwd=where, env=environment,
                          capture_output=True, text=True, timeout=600)
