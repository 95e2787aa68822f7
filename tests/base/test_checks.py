"""Every rule of the house is broken once, in a small house of its own, and reported with file and line."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ludao.base import checks

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "base/__init__.py": "",
    "base/manifest.toml": """\
title = { zh = "底座", en = "Base" }
[roles]
officer = { zh = "经办人", en = "Officer" }
""",
    "blocks/__init__.py": "",
    "blocks/paper/__init__.py": "",
    "blocks/paper/manifest.toml": """\
title = { zh = "文书", en = "Paper" }
uses = []
says = ["paper.printed"]
[may]
print = ["officer"]
""",
    "blocks/paper/actions.py": """\
from ludao.base.actions import action
from ludao.base.text import t

@action("paper.print", title=t("打印", "Print"), says=("paper.printed",))
def print_sheet(actor):
    pass
""",
    "blocks/paper/public.py": "",
    "city/__init__.py": "",
    "city/clauses.toml": """\
["1.1.4"]
zh = "基础支撑"
en = "Foundations"
folders."services/seal" = { zh = "电子印章", en = "Seals", built = true }
folders."services/licence" = { zh = "电子证照", en = "Licences", built = true }
folders."services/archive" = { zh = "电子档案", en = "Archive" }
""",
    "city/services/__init__.py": "",
    "city/services/licence/__init__.py": "",
    "city/services/licence/manifest.toml": """\
title = { zh = "电子证照", en = "Licences" }
clause = "1.1.4"
words = ["证照"]
""",
    "city/services/licence/models.py": "",
    "city/services/seal/__init__.py": "",
    "city/services/seal/manifest.toml": """\
title = { zh = "电子印章", en = "Seals" }
clause = "1.1.4"
words = ["印章"]
uses = ["paper"]
offers = ["services.seal.usage"]
hears = ["paper.printed"]
says = ["services.seal.issued"]
[may]
read = ["officer"]
issue = ["officer"]
""",
    "city/services/seal/models.py": """\
from django.db import models
from ludao.base.text import t

class Seal(models.Model):
    number = models.CharField(t("编号", "Number"), max_length=20)
    holder = models.ForeignKey("services_seal.Holder", models.PROTECT)
""",
    "city/services/seal/actions.py": """\
from ludao.base.actions import action
from ludao.base.text import t
from ludao.blocks.paper.public import sheet

@action("services.seal.issue", title=t("制发", "Issue"), says=("services.seal.issued",))
def issue(actor):
    pass
""",
    "city/services/seal/hears.py": """\
from ludao.base.events import hears

@hears("paper.printed")
def on_printed(event):
    pass
""",
    "city/services/seal/pages.py": """\
from ludao.base.pages import List
from ludao.city.services.seal.models import Seal

pages = [
    List(Seal, columns=("number",)),
]
""",
    "city/services/seal/templates/services_seal/note.html": '{% load ludao %}\n<p>{% t "说明" "Note" %}</p>\n',
    "city/services/seal/datasets/usage.sql": """\
-- title: { zh: 用印记录, en: Seal usage }
-- row: { zh: 一次用印, en: one use of a seal }
-- key: [usage_id]
-- scope: none
-- columns:
--   usage_id: { zh: 编号, en: Id }
select id as usage_id
from services_seal_seal
""",
}
SEAL = "city/services/seal/"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_house_in_order_has_no_findings(house: Path) -> None:
    assert [str(f) for f in checks.findings(house)] == []


# what is broken · the file · what stands there · what is planted · the file and line of the report · its words
PLANTS = [
    ("uses undeclared", SEAL + "manifest.toml", 'uses = ["paper"]', "uses = []",
     SEAL + "actions.py:3", "services.seal uses paper, but not in its manifest"),
    ("uses by a key", SEAL + "models.py", '"services_seal.Holder"', '"ledger.Account"',
     SEAL + "models.py:6", "services.seal uses ledger, but not in its manifest"),
    ("uses idle", SEAL + "manifest.toml", '"paper"]', '"paper", "ledger"]',
     SEAL + "manifest.toml:4", "`uses` names ledger, but no code does it"),
    ("uses unknown", SEAL + "actions.py", "blocks.paper", "blocks.papre", SEAL + "actions.py:3", "uses papre"),
    ("uses in a circle", "blocks/paper/manifest.toml", "uses = []", 'uses = ["paper"]',
     "blocks/paper/manifest.toml:2", "uses itself over others"),
    ("reads undeclared", SEAL + "hears.py", "@hears",
     'from ludao.base import datasets\ndatasets.read("data.person.file")\n@hears',
     SEAL + "hears.py:4", "services.seal reads data.person.file, but not in its manifest"),
    ("reads by query", SEAL + "hears.py", "@hears",
     'from ludao.base import datasets\ndatasets.query("select 1 from data.person.file f", reader="x")\n@hears',
     SEAL + "hears.py:4", "services.seal reads data.person.file, but not in its manifest"),
    ("reads in SQL", SEAL + "datasets/usage.sql", "from services_seal_seal",
     "from services_seal_seal\njoin services.licence.stock using (id)",
     SEAL + "datasets/usage.sql:9", "services.seal reads services.licence.stock, but not in its manifest"),
    ("reads a table", SEAL + "datasets/usage.sql", "services_seal_seal", "services_licence_licence",
     SEAL + "datasets/usage.sql:8", "reads the table services_licence_licence of another"),
    ("reads nobody's", SEAL + "manifest.toml", "uses =", 'reads = ["data.person.file"]\nuses =',
     SEAL + "manifest.toml:4", "data.person.file, which is offered by nobody"),
    ("offers undeclared", SEAL + "manifest.toml", 'offers = ["services.seal.usage"]', "offers = []",
     SEAL + "datasets/usage.sql:1", "services.seal offers services.seal.usage, but not in its manifest"),
    ("offers idle", SEAL + "manifest.toml", 'usage"]', 'usage", "services.seal.stock"]',
     SEAL + "manifest.toml:5", "`offers` names services.seal.stock, but no code does it"),
    ("hears undeclared", SEAL + "manifest.toml", 'hears = ["paper.printed"]', "hears = []",
     SEAL + "hears.py:3", "services.seal hears paper.printed, but not in its manifest"),
    ("hears nobody", SEAL + "manifest.toml", '"paper.printed"]', '"paper.printed", "paper.burnt"]',
     SEAL + "manifest.toml:6", "paper.burnt, which is said by nobody"),
    ("says undeclared", SEAL + "manifest.toml", 'says = ["services.seal.issued"]', "says = []",
     SEAL + "actions.py:5", "services.seal says services.seal.issued, but not in its manifest"),
    ("says another's", SEAL + "manifest.toml", 'issued"]', 'issued", "paper.printed"]',
     SEAL + "manifest.toml:7", "paper.printed is not an address of services.seal"),
    ("key across by string", SEAL + "models.py", '"services_seal.Holder"', '"services_licence.Licence"',
     SEAL + "models.py:6", "a key of services.seal leads into services.licence"),
    ("key down from a block", "blocks/paper/public.py", "",
     'from django.db import models\nx = models.OneToOneField(to="services_seal.Seal")\n',
     "blocks/paper/public.py:2", "a key of paper leads into services.seal"),
    ("action without right", SEAL + "actions.py", '"services.seal.issue"', '"services.seal.revoke"',
     SEAL + "actions.py:5", "asks the right services.seal.revoke, which no manifest gives"),
    ("action of another", SEAL + "actions.py", '"services.seal.issue"', '"paper.issue"',
     SEAL + "actions.py:5", "the action paper.issue is not an address of services.seal"),
    ("page without right", SEAL + "pages.py", 'columns=("number",)', 'right="browse"',
     SEAL + "pages.py:5", "asks the right services.seal.browse"),
    ("right idle", SEAL + "manifest.toml", "issue = [", 'burn = ["officer"]\nissue = [',
     SEAL + "manifest.toml:10", "the right burn is asked by no action and no page"),
    ("role without title", SEAL + "manifest.toml", 'issue = ["officer"]', 'issue = ["officer", "keeper"]',
     SEAL + "manifest.toml:10", "the role keeper has no title"),
    ("apart unknown", SEAL + "manifest.toml", "[may]", 'apart = [["issue", "burn"]]\n[may]',
     SEAL + "manifest.toml:8", "`apart` names burn"),
    ("title without English", SEAL + "manifest.toml", 'en = "Seals"', 'en = ""',
     SEAL + "manifest.toml:1", "services.seal has no English title"),
    ("title in Chinese twice", SEAL + "manifest.toml", 'en = "Seals"', 'en = "印章"',
     SEAL + "manifest.toml:1", "services.seal has no English title"),
    ("role without Chinese", "base/manifest.toml", 'zh = "经办人", ', "",
     "base/manifest.toml:3", "the role officer has no Chinese title"),
    ("no words", SEAL + "manifest.toml", 'words = ["印章"]\n', "", SEAL + "manifest.toml:1", "no `words`"),
    ("bare title", SEAL + "actions.py", 't("制发", "Issue")', '"制发"',
     SEAL + "actions.py:5", "“制发” is shown in one language only"),
    ("no title", SEAL + "actions.py", 'title=t("制发", "Issue"), ', "",
     SEAL + "actions.py:5", "an action without a title"),
    ("bare field", SEAL + "models.py", 't("编号", "Number")', '"编号"',
     SEAL + "models.py:5", "“编号” is shown in one language only"),
    ("half a pair", SEAL + "models.py", 't("编号", "Number")', 't("编号", "")',
     SEAL + "models.py:5", "words without their English"),
    ("pair turned round", SEAL + "models.py", 't("编号", "Number")', 't("编号", "编号")',
     SEAL + "models.py:5", "the English side is Chinese"),
    ("bare template", SEAL + "templates/services_seal/note.html", '{% t "说明" "Note" %}', "说明",
     SEAL + "templates/services_seal/note.html:2", "“<p>说明</p>” is shown in Chinese only"),
    ("dataset in Chinese", SEAL + "datasets/usage.sql", "{ zh: 用印记录, en: Seal usage }", "用印记录",
     SEAL + "datasets/usage.sql:1", "`title` has no English title"),
    ("column in Chinese", SEAL + "datasets/usage.sql", "{ zh: 编号, en: Id }", "编号",
     SEAL + "datasets/usage.sql:6", "`usage_id` has no English title"),
    ("column not yielded", SEAL + "datasets/usage.sql", "as usage_id", "as seal_id",
     SEAL + "datasets/usage.sql:6", "column usage_id is not in the query"),
    ("dataset without right", SEAL + "datasets/usage.sql", "-- scope: none", "-- scope: none\n-- right: audit",
     SEAL + "datasets/usage.sql:5", "asks the right services.seal.audit, which no manifest gives"),
    ("clause wrong", SEAL + "manifest.toml", '"1.1.4"', '"1.1.3"', SEAL + "manifest.toml:2", "the plan says 1.1.4"),
    ("clause not listed", "city/clauses.toml", 'folders."services/seal"', 'folders."services/stamp"',
     SEAL + "manifest.toml:2", "services/seal serves no clause of the plan"),
    ("clause not built", "city/clauses.toml", 'en = "Archive"', 'en = "Archive", built = true',
     "city/clauses.toml:6", "services/archive is listed as built"),
    ("clause built unsaid", "city/clauses.toml", 'en = "Seals", built = true', 'en = "Seals"',
     "city/clauses.toml:4", "services/seal stands, but is listed as not yet built"),
    ("unknown word", SEAL + "manifest.toml", "[may]", 'colour = "red"\n[may]',
     SEAL + "manifest.toml:1", "unknown word colour"),
]


@pytest.mark.parametrize("name, file, old, new, place, words", PLANTS, ids=[plant[0] for plant in PLANTS])
def test_a_planted_fault_is_reported(
    house: Path, name: str, file: str, old: str, new: str, place: str, words: str
) -> None:
    path = house / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(str(f).startswith(f"{house / place}: ") and words in str(f) for f in checks.findings(house)), (
        [str(f) for f in checks.findings(house)])


def test_a_folder_that_is_no_package_is_reported(house: Path) -> None:
    (house / SEAL / "__init__.py").unlink()
    assert f"{house / SEAL}/__init__.py:1: the file is missing" in str(checks.findings(house)[0])


# — import-linter, ruff and mypy, on a copy of the tree that is only as large as they need ——————————————————

WALLS = {
    "config over": ("base/stray.py", "import ludao.config.places", "ludao.base.stray -> ludao.config.places (l.1)"),
    "subsystem": ("city/assurance/stray/models.py", "\nimport ludao.city.assurance.twin.models",
                  "ludao.city.assurance.stray.models -> ludao.city.assurance.twin.models (l.2)"),
    "rows": ("blocks/identity/stray.py", "import ludao.blocks.permission.public",
             "ludao.blocks.identity.stray -> ludao.blocks.permission.public (l.1)"),
    "no row": ("blocks/stray/__init__.py", "", "- ludao.blocks.stray"),
    "doors": ("city/assurance/stray/pages.py", "from ludao.blocks.identity import stray",
              "ludao.city.assurance.stray.pages -> ludao.blocks.identity.stray (l.1)"),
    "engine": ("city/assurance/stray/engine.py", "import duckdb",
               "ludao.city.assurance.stray.engine -> duckdb (l.1)"),
}


@pytest.fixture(scope="module")
def walls(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a skeleton in which every contract is broken at once."""
    root = tmp_path_factory.mktemp("walls")
    package = root / "ludao"
    empty = ("config/places", "blocks/permission/public", "blocks/identity/public", "city/assurance/twin/models")
    layers = (ROOT / ".importlinter").read_text().partition("exhaustive = True")[2].partition("[importlinter")[0]
    built = [f"blocks/{name}/public" for name in re.findall(r"(?<![(\w])[a-z]+(?![)\w])", layers) if name != "layers"]
    planted = {f"{name}.py": "" for name in (*empty, *built)} | {file: text for file, text, _ in WALLS.values()}
    for file, text in planted.items():
        path = package / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    for folder in {p.parent for p in package.rglob("*.py")} | {package, package / "blocks", package / "city",
                                                               package / "city/assurance"}:
        (folder / "__init__.py").touch()
    shutil.copy(ROOT / ".importlinter", root)
    ran = _run(root, "lint-imports", "--no-cache")
    assert ran.returncode == 1
    return ran.stdout


@pytest.mark.parametrize("name", WALLS)
def test_import_linter_reports_a_wall_broken(walls: str, name: str) -> None:
    assert WALLS[name][2] in walls


def test_the_real_walls_stand() -> None:
    ran = _run(ROOT, "lint-imports", "--no-cache")
    assert ran.returncode == 0, ran.stdout


def test_ruff_reports_an_idle_import(tmp_path: Path) -> None:
    (tmp_path / "stray.py").write_text('"""A stray."""\n\nimport os\n')
    config = str(ROOT / "pyproject.toml")
    ran = _run(tmp_path, "ruff", "check", "--config", config, "--output-format", "concise", "stray.py")
    assert re.search(r"stray\.py:3:8: .*F401", ran.stdout)


def test_mypy_reports_an_action_without_types(tmp_path: Path) -> None:
    """The folders that mypy reads strictly are those the settings name; the strictness is tried on one file."""
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = true\n")
    (tmp_path / "actions.py").write_text('"""A stray."""\n\n\ndef issue(actor):\n    return actor\n')
    ran = _run(tmp_path, "mypy", "--config-file", str(config), "actions.py")
    assert "actions.py:4: error: Function is missing a type annotation" in ran.stdout
    settings = (ROOT / "pyproject.toml").read_text()
    assert "strict = true" in settings and "src/ludao/city/**/actions.py" in settings


def _run(where: Path, *command: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run([program, *command[1:]], cwd=where, capture_output=True, text=True, timeout=120)
