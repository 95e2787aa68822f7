"""Whatever an officer does to a form by buttons, the form stays readable, and nothing else of it changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from ludao.base.errors import Problem
from ludao.blocks.form.engine import editing
from ludao.blocks.form.engine.editing import Table
from ludao.blocks.form.engine.kinds import KINDS
from ludao.blocks.form.engine.reading import read

EXAMPLE = (Path(__file__).parents[1] / "content" / "example.form.json").read_text(encoding="utf-8")


def table() -> Table:
    return editing.opened(EXAMPLE)


def order(said: Table, n: int = 0) -> list[str]:
    return list(said["layout"][n]["fields"])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_new_field_of_any_kind_is_readable(kind: str) -> None:
    said = table()
    path = editing.add_field(said, kind, section=1)
    assert order(said, 1)[-1] == path
    inner = editing.add_field(said, kind, parent="children") if kind not in ("rows", "group") else ""
    design = read(editing.write(said))
    assert {path, inner.replace("children.", "children.*.")} <= {there for there, _ in design.walk()} | {""}


@pytest.mark.parametrize("path", [path.replace(".*", "") for path, _ in read(EXAMPLE).walk()
                                  if not path.startswith(("agent.", "enterprise."))])
def test_the_panel_changes_nothing_by_itself(path: str) -> None:
    """What the editor's form shows of a field, saved again, says the same as before."""
    said = table()
    before = read(EXAMPLE)
    editing.set_field(said, path, editing.field_panel(said, path))
    after = read(editing.write(said))
    assert after.sections == before.sections and sorted(after.schema["required"]) == sorted(
        before.schema["required"])


def test_a_field_moves_among_its_neighbours_and_on_into_the_next_section() -> None:
    said = table()
    editing.move_field(said, "name", -1)
    assert order(said)[:2] == ["name", "kind"]
    editing.move_field(said, "name", -1)
    assert order(said)[0] == "name", "the first of all stays"
    last = order(said)[-1]
    editing.move_field(said, last, 1)
    assert last not in order(said) and order(said, 1)[0] == last
    editing.move_field(said, "children.name", 1)
    assert list(said["schema"]["properties"]["children"]["items"]["properties"])[:2] == ["born_on", "name"]
    read(editing.write(said))


def test_a_renamed_field_is_renamed_in_conditions() -> None:
    said = table()
    data = editing.field_panel(said, "kind") | {"name": "who"}
    assert editing.set_field(said, "kind", data) == "who"
    design = read(editing.write(said))
    whens = {one.name: one.when for one in design.fields}
    assert whens["agent"] == "who == 'agent'" and design.sections[2].when == "who != 'enterprise'"


def test_a_field_is_gone_everywhere_when_it_is_removed() -> None:
    said = table()
    editing.remove_field(said, "phone")
    assert "phone" not in {one.name for one in read(editing.write(said)).fields}
    with pytest.raises(Problem):
        editing.remove_field(said, "phone")


def test_a_section_goes_only_when_it_is_empty() -> None:
    said = table()
    with pytest.raises(Problem):
        editing.remove_section(said, 0)
    n = editing.add_section(said)
    assert editing.move_section(said, n, -1) == n - 1
    editing.set_section(said, n - 1, {"title_zh": "甲", "title_en": "A", "when": "kind == 'self'"})
    assert editing.section_panel(said, n - 1)["when"] == "kind == 'self'"
    editing.remove_section(said, n - 1)
    assert read(editing.write(said)).sections == read(EXAMPLE).sections


@pytest.mark.parametrize(("changes", "place", "after"), [
    ({"title_zh": "全名"}, "name.title", "全名"), ({"most": 20.0}, "name.maxLength", 20),
    ({"when": "kind == 'self'"}, "name.x-when", "kind == 'self'"),
])
def test_what_was_changed_is_told(changes: dict[str, Any], place: str, after: Any) -> None:
    said = table()
    editing.set_field(said, "name", editing.field_panel(said, "name") | changes)
    told = {place: new for place, _, new in editing.differences(EXAMPLE, editing.write(said))}
    assert told.get(place) == after, told


def test_money_is_written_in_yuan_and_kept_in_fen() -> None:
    said = table()
    panel = editing.field_panel(said, "deposit")
    assert panel["least"] == 1 and panel["most"] == 100000
    editing.set_field(said, "deposit", panel | {"least": 2.5})
    assert json.loads(editing.write(said))["schema"]["properties"]["deposit"]["minimum"] == 250
