"""Words and figures are shown one way on every page, in both languages."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from ludao.base.templatetags import ludao


def written(source: str, language: str = "zh-hans", **context: object) -> str:
    with translation.override(language):
        return Template("{% load ludao %}" + source).render(Context(context)).strip()


def test_words_follow_the_language_and_are_escaped() -> None:
    source = '{% t "共 {n} 条" "{n} rows" n=n %}'
    assert written(source, n="<b>") == "共 &lt;b&gt; 条"
    assert written(source, "en", n=3) == "3 rows"


@pytest.mark.parametrize(("source", "value", "zh", "en"), [
    ("{{ v|yuan }}", 123450, "¥1,234.50", "¥1,234.50"),
    ("{{ v|yuan }}", -5, "−¥0.05", "−¥0.05"),
    ("{{ v|number }}", 1234567, "1,234,567", "1,234,567"),
    ("{{ v|big }}", 5_030_000_000, "50.3亿", "5.03 billion"),
    ("{{ v|big }}", 9_999, "9,999", "9,999"),
    ("{{ v|figure_text }}", 18_432, "18,432", "18,432"),
    ("{{ v|share }}", 35, "35%", "35%"),
])
def test_figures(source: str, value: int, zh: str, en: str) -> None:
    assert (written(source, v=value), written(source, "en", v=value)) == (zh, en)


def test_moments_are_told_in_the_time_of_the_city() -> None:
    shown = written("{{ v|moment }}", v=datetime(2026, 3, 5, 16, 30, tzinfo=UTC))
    assert shown == '<time datetime="2026-03-06T00:30:00+08:00">2026-03-06 00:30</time>'


def test_long_days_are_prose() -> None:
    day = date(2026, 3, 5)
    assert "2026年3月5日 星期四" in written("{{ v|long_day }}", v=day)
    assert "Thursday 5 March 2026" in written("{{ v|long_day }}", "en", v=day)


@pytest.mark.parametrize("source", ["{{ v|day }}", "{{ v|yuan }}", "{{ v|number }}", "{% show v %}", "{% meter v %}"])
def test_nothing_is_a_dash_and_never_the_word_none(source: str) -> None:
    shown = written(source, v=None)
    assert "None" not in shown
    assert "—" in shown


def test_values_of_people_are_escaped_in_every_kind() -> None:
    for kind in ("", "lines", "code"):
        shown = written("{% show v k %}", v="<script>", k=kind)
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown
    assert "&lt;i&gt;" in written("{% show v %}", v={"<i>": ["<i>"]})


def test_a_light_says_its_colour_in_a_word_and_a_shape() -> None:
    shown = {colour: written("{% light c %}", c=colour) for colour in ("green", "amber", "red", "grey")}
    assert len(set(shown.values())) == 4
    assert all("<svg" in one and "<span>" in one for one in shown.values())


class Report(forms.Form):
    percent = forms.IntegerField(label="完成百分比", max_value=100, help_text="0 到 100")
    on = forms.DateField(label="截至日期")
    remark = forms.CharField(label="说明", required=False)


def test_a_mistyped_date_stays_to_be_mended() -> None:
    form = Report({"percent": "35", "on": "2022-02-31"})
    assert not form.is_valid()
    shown = written("{% for one in form %}{% field one %}{% endfor %}", form=form)
    assert 'value="2022-02-31"' in shown
    assert 'type="date"' not in shown
    assert 'type="date"' in written("{% for one in form %}{% field one %}{% endfor %}", form=Report())


def test_errors_are_summed_up_and_lead_to_their_fields() -> None:
    form = Report({"percent": "135", "on": "2022-02-01"})
    shown = written('{% include "ludao/_problems.html" %}', form=form)
    assert "有 1 处需要改一改" in shown
    assert 'href="#id_percent"' in shown
    field = written("{% field form.percent %}", form=form)
    assert 'aria-describedby="id_percent_helptext id_percent_error"' in field
    assert 'aria-invalid="true"' in field


def test_a_preference_not_known_is_the_default() -> None:
    request = RequestFactory().get("/")
    request.COOKIES = {"ludao_theme": '"><script>', "ludao_type": "large"}
    assert written('{% preference "theme" %} {% preference "type" %}', request=request) == "auto large"


def test_a_bundle_not_built_is_named_with_its_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ludao, "BUNDLE", tmp_path)
    with pytest.raises(ImproperlyConfigured, match="npm run build"):
        written('{% asset "main" %}')


def test_the_first_load_is_below_150_kb() -> None:
    manifest = json.loads((ludao.BUNDLE / "manifest.json").read_text(encoding="utf-8"))

    def first(key: str) -> set[str]:
        """What an entry brings at once: itself, its styles and what it imports statically."""
        entry = manifest[key]
        files = {entry["file"], *entry.get("css", ())}
        return files.union(*(first(other) for other in entry.get("imports", ())))

    files = first("src/entries/main.ts") | {manifest["icons.svg"]["file"], "egret.svg"}
    assert sum((ludao.BUNDLE / f"{file}.gz").stat().st_size for file in files) < 150_000
