"""An officer edits a form in the page: each button changes the draft, what is wrong changes nothing."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from ludao.base.actor import Actor
from ludao.blocks.form.actions import begin
from ludao.blocks.form.models import Form, Version

Do = Callable[..., str]


@pytest.fixture
def draft(city: None) -> Version:
    return begin(Actor.system("test"), form=Form.objects.get(pk="form.example"))


@pytest.fixture
def press(draft: Version, client_of: Callable[[str], Client]) -> Do:
    """Press a button of the editor as the page has it now; the page that comes back."""
    client, url = client_of("wangke"), f"/form/editor/{draft.pk}/"

    def pressing(op: str, status: int = 200, **typed: str) -> str:
        page = client.get(url, {"at": typed.get("at", "")}).text
        seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
        answer = client.post(url, {"_op": op, "seen": seen, **typed}, headers={"HX-Request": "true"})
        assert answer.status_code == status, answer.text[-1500:]
        draft.refresh_from_db()
        return answer.text

    return pressing


def test_fields_are_added_moved_and_removed(draft: Version, press: Do) -> None:
    page = press("add_field:0", **{"kind:0": "day"})
    assert "day_1" in page and 'value="save:field:day_1"' in page, "the new field is open to be changed"
    assert "day_1" in {one.name for one in draft.design.sections[0].fields}
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    press("up:field:day_1", seen=seen)  # as the page that came back has it
    press("remove:field:day_1")
    assert "day_1" not in {one.name for one in draft.design.fields}


def test_what_another_field_depends_on_is_not_removed(draft: Version, press: Do) -> None:
    before = draft.text
    page = press("remove:field:kind", status=422)
    assert "kind" in page and "不是字段" in page and draft.text == before


def test_a_field_is_changed_in_its_panel(draft: Version, press: Do) -> None:
    panel = {"at": "field:note", "title_zh": "补充说明", "title_en": "More", "name": "note", "kind": "long_text",
             "needed": "always", "most": "300"}
    press("save:field:note", **panel)
    note = next(one for one in draft.design.fields if one.name == "note")
    assert note.title["zh"] == "补充说明" and note.is_required and note.schema["maxLength"] == 300
    page = press("save:field:note", status=422, **panel | {"title_en": "", "most": "许多"})
    assert "许多" in page and "补充说明" in page, "what was typed is kept"


def test_the_whole_text_is_checked(draft: Version, press: Do) -> None:
    page = press("text", status=422, text=draft.text.replace('"long_text"', '"magic"'))
    assert "magic" in page
    press("text", text=draft.text.replace("样例表单", "试改表单"))
    assert draft.design.title["zh"].startswith("试改表单")


def test_two_editors_do_not_overwrite_each_other(draft: Version, press: Do, client_of: Callable[[str], Client]) -> None:
    url = f"/form/editor/{draft.pk}/"
    client = client_of("wangke")
    seen = re.findall(r'name="seen" value="([^"]+)"', client.get(url).text)[0]
    press("add_section")
    answer = client.post(url, {"_op": "add_section", "seen": seen}, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and "别人刚改过" in answer.text


def test_it_works_without_a_script(draft: Version, client_of: Callable[[str], Client]) -> None:
    client, url = client_of("wangke"), f"/form/editor/{draft.pk}/"
    seen = re.findall(r'name="seen" value="([^"]+)"', client.get(url).text)[0]
    answer = client.post(url, {"_op": "add_section", "seen": seen}, follow=True)
    assert answer.status_code == 200 and "新的部分" in answer.text and "<html" in answer.text


def test_a_trial_is_told_as_facts_and_keeps_nothing(draft: Version, client_of: Callable[[str], Client]) -> None:
    client, url = client_of("wangke"), f"/form/try/{draft.pk}/"
    assert client.post(url, {"kind": "self"}).status_code == 422
    form = Form.objects.get(pk="form.editor_section").versions.get()
    answer = client.post(f"/form/try/{form.pk}/", {"title_zh": "甲部分", "title_en": "A"})
    assert answer.status_code == 200 and "可以提交" in answer.text and "甲部分" in answer.text
