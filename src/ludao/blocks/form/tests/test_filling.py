"""A form is shown, sent, shown again with everything that was typed, and told as facts."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.utils.datastructures import MultiValueDict

from ludao.base.actor import Actor
from ludao.blocks.document import public as document
from ludao.blocks.form import public as form
from ludao.blocks.form.models import Draft, Form, Version
from ludao.blocks.form.shipping import ship_file
from ludao.blocks.identity.public import Area


@pytest.fixture
def version(city: None) -> Version:
    return form.current("form.example")


def post(**values: Any) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, value in values.items():
        sent.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
    return sent


def shown(version: Version, data: dict[str, Any], **more: Any) -> str:
    return render_to_string("form/_fields.html", form.fields(version, data, **more))


def community() -> Area:
    return Area.objects.filter(level="community").select_related("parent__parent").order_by("code")[0]


def test_every_kind_is_shown_and_read_back(version: Version) -> None:
    spot = community()
    sent = post(
        kind="self", name="李雷", id_number="11010519491231002X", phone="154 0000 1234", deposit="1,234.50",
        area__district=spot.parent.parent_id, area__street=spot.parent_id, area__community=spot.pk,
        has_children="yes", children__0__name="小明", children__0__born_on="2020/2/2", children__3__name="小红",
        children__3__born_on="2021-03-03", spot__longitude="118.1", spot__latitude="24.5", wishes=["sms", "mail"],
        meeting="2999-01-01T08:30", account="4111 1111 1111 1111")
    entered = form.read(version, sent)
    assert entered.problems == []
    assert entered.data["deposit"] == 123450 and entered.data["area"] == spot.pk
    assert [child["name"] for child in entered.data["children"]] == ["小明", "小红"]
    page = shown(version, entered.typed)
    for typed in ("李雷", "1234.50", "小红", "118.1", "4111111111111111", 'value="2020-02-02"', "2999-01-01T08:30"):
        assert typed in page
    assert form.check(version, entered.data) == []


def test_what_is_wrong_is_shown_with_what_was_typed(version: Version) -> None:
    entered = form.read(version, post(kind="self", name="李雷", id_number="123", deposit="许多", born_on="昨天"))
    told = {problem.field for problem in entered.problems}
    assert {"id_number", "deposit", "born_on", "phone", "area"} <= told
    page = shown(version, entered.typed, problems=entered.problems)
    for typed in ('value="123"', 'value="许多"', 'value="昨天"', 'href="#f-id_number"', 'aria-invalid="true"'):
        assert typed in page


def test_an_answer_that_is_not_asked_now_is_there_again_when_it_is(version: Version) -> None:
    first = form.read(version, post(kind="agent", agent__name="韩梅梅"))
    context = form.fields(version, first.typed | {"kind": "self"})
    assert "agent" not in form.read(version, post(kind="self", _aside=context["filling"]["aside"])).data
    back = form.read(version, post(kind="agent", _aside=context["filling"]["aside"]))
    assert back.data["agent"] == {"name": "韩梅梅"}


def test_rows_are_added_and_removed_without_a_script(version: Version) -> None:
    base = {"has_children": "yes", "children__0__name": "小明", "children__1__name": "小红"}
    more = form.read(version, post(**base, _step="add:children"))
    assert len(more.typed["children"]) == 3 and more.step and not more.problems
    assert shown(version, more.typed).count('value="drop:children.') == 3
    less = form.read(version, post(**base, _step="drop:children.0"))
    assert [row["name"] for row in less.typed["children"]] == ["小红"]


def test_an_unticked_box_is_unticked(version: Version) -> None:
    aside = form.fields(version, {"wishes": ["sms"]})["filling"]["aside"]
    assert "wishes" not in form.read(version, QueryDict(f"wishes._=1&_aside={aside}")).data


def test_a_locked_value_cannot_be_typed_over(version: Version) -> None:
    filled = {"name": form.Filled("李雷", "person", "人口库", "2026-01-01", True),
              "phone": form.Filled("15400001234", "person", "人口库", "2026-01-01", False)}
    context = form.fields(version, form.begun(filled), filled=filled)
    page = render_to_string("form/_fields.html", context)
    assert "人口库" in page and "readonly" in page
    entered = form.read(version, post(name="王五", phone="15400009999", _filled=context["filling"]["filled"]))
    assert entered.data["name"] == "李雷" and entered.data["phone"] == "15400009999"
    assert entered.data["_from"]["name"]["is_locked"] and entered.data["_from"]["phone"]["is_changed"]


def test_files_are_kept_at_once_and_handed_over(version: Version, actor_of: Callable[[str], Actor]) -> None:
    actor = actor_of("lilei")
    file = SimpleUploadedFile("照片.txt", "样例".encode())
    entered = form.read(version, post(), MultiValueDict({"photo": [file]}), actor=actor)
    token = entered.data["photo"]
    again = form.fields(version, entered.typed)
    page = render_to_string("form/_fields.html", again)
    kept = page.split('name="photo._kept" value="')[1].split('"')[0]
    later = form.read(version, QueryDict(f"photo._=1&photo._kept={kept}"), actor=actor)
    assert later.data["photo"] == token
    assert form.hand_over(actor_of("hanmeimei"), version, later.data, "case:1") == 0, "not hers"
    assert form.hand_over(actor, version, later.data, "case:1") == 1
    assert document.of("case:1").get().pk == token["document"]


def test_facts_are_masked_and_say_where_from(version: Version) -> None:
    spot = community()
    data = {"kind": "self", "name": "李雷", "id_number": "11010519491231002X", "area": spot.pk, "deposit": 100,
            "_from": {"name": {"source": "person", "source_title": {"zh": "人口库", "en": "Register"}, "as_of": "",
                               "is_locked": True, "is_changed": False}}}
    by_path = {fact["path"]: fact for section in form.facts(version, data) for fact in section["facts"]}
    assert by_path["name"]["value"] == "李*" and by_path["name"]["source"] == "人口库"
    assert by_path["id_number"]["value"].startswith("1101***")
    assert spot.name in by_path["area"]["value"] and by_path["deposit"]["value"] == "¥1.00"
    plain = {fact["path"]: fact for section in form.facts(version, data, unmask=True) for fact in section["facts"]}
    assert plain["name"]["value"] == "李雷"
    assert "李*" in render_to_string("form/_facts.html", {"sections": form.facts(version, data)})


def test_a_draft_is_kept_while_somebody_types(version: Version, client_of: Callable[[str], Client],
                                             actor_of: Callable[[str], Actor]) -> None:
    actor, client = actor_of("lilei"), client_of("lilei")
    about = form.fields(version, {}, about="services.item:1")["filling"]["about_sealed"]
    answer = client.post(f"/form/filling/{version.pk}/keep/", {"deposit": "许多", "kind": "self", "_about": about})
    assert answer.status_code == 200 and "草稿已保存" in answer.text
    kept = form.draft(actor, "services.item:1")
    assert kept and kept.data == {"deposit": "许多", "kind": "self"}
    again = client.post(f"/form/filling/{version.pk}/", {"kind": "agent", "_about": about, "_step": "refresh"})
    assert 'name="agent.name"' in again.text
    form.drop_draft(actor, "services.item:1")
    assert not Draft.objects.filter(about="services.item:1").exists()


def test_a_changed_file_becomes_a_new_version_and_old_fillings_keep_theirs(version: Version, tmp_path: Any) -> None:
    path = tmp_path / "example.form.json"
    table = json.loads(version.text)
    path.write_text(json.dumps(table), encoding="utf-8")
    assert ship_file("form.example", path) == 0, "the same in other clothes is the same"
    table["title"]["zh"] = "样例表单二"
    path.write_text(json.dumps(table), encoding="utf-8")
    assert ship_file("form.example", path) == 1
    assert form.current("form.example").pk != version.pk
    assert form.version(version.pk).design.title["zh"] != "样例表单二"
    assert Form.objects.get(pk="form.example").title_zh == "样例表单二"
