"""The form by which somebody's file is found: what one knows of them, and what it is for."""

from typing import Any

from django import forms

from ludao.base import clock, identifiers
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.profile.looking import PURPOSES


class FindForm(forms.Form):
    """What it is for stands in every search."""

    ways: tuple[tuple[str, ...], ...] = ()
    purpose = forms.ChoiceField(label=t("用途", "Purpose"), choices=[("", t("请选择", "Choose")), *PURPOSES.items()])
    basis = forms.CharField(
        label=t("事由", "For which matter"), min_length=4, max_length=120,
        help_text=t("写明办件号或事项，例如：低保年审 2026-031", "The case's number or matter"))

    @classmethod
    def purpose_only(cls) -> forms.Form:
        return FindForm()

    @property
    def asked(self) -> dict[str, Any]:
        """What was typed of the person, without the purpose."""
        known = {name for way in self.ways for name in way}
        return {name: value for name, value in self.cleaned_data.items() if name in known and value not in (None, "")}

    @property
    def is_exact(self) -> bool:
        """Whether it was asked by a number that names one only."""
        return bool({"id_number", "credit_code"} & set(self.asked))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.ways and not any(all(given.get(name) for name in way) for way in self.ways):
            words = [" + ".join(str(self.fields[name].label) for name in way) for way in self.ways]
            raise forms.ValidationError(
                t(f"请至少填写一组：{'；'.join(words)}", f"Fill in one of: {'; '.join(words)}"))
        return given


class PersonForm(FindForm):
    """By identity number; by name and day of birth; by phone."""

    ways = (("id_number",), ("name", "birth_on"), ("phone",))
    id_number = forms.CharField(label=t("证件号", "Identity number"), required=False, max_length=30)
    name = forms.CharField(label=t("姓名", "Name"), required=False, max_length=50)
    birth_on = forms.DateField(label=t("出生日期", "Born on"), required=False, widget=forms.DateInput)
    phone = forms.CharField(label=t("手机号", "Phone"), required=False, max_length=30)
    field_order = ("id_number", "name", "birth_on", "phone", "purpose", "basis")

    def clean_id_number(self) -> str:
        return _checked(identifiers.resident_id, self.cleaned_data["id_number"], "number")

    def clean_phone(self) -> str:
        return _checked(identifiers.mobile, self.cleaned_data["phone"])

    def clean_birth_on(self) -> Any:
        day = self.cleaned_data["birth_on"]
        if day and day > clock.today():
            raise forms.ValidationError(t("出生日期不能晚于今天", "Nobody is born after today"))
        return day


class CompanyForm(FindForm):
    """By credit code, by its whole name, or by phone."""

    ways = (("credit_code",), ("name",), ("phone",))
    credit_code = forms.CharField(label=t("统一社会信用代码", "Credit code"), required=False, max_length=30)
    name = forms.CharField(label=t("企业名称", "Name"), required=False, min_length=4, max_length=100,
                           help_text=t("全称", "In full"))
    phone = forms.CharField(label=t("电话", "Phone"), required=False, max_length=30)
    field_order = ("credit_code", "name", "phone", "purpose", "basis")

    def clean_credit_code(self) -> str:
        return _checked(identifiers.credit_code, self.cleaned_data["credit_code"], "code")


def _checked(read: Any, text: str, attribute: str = "") -> str:
    """The number in its one form, or what is wrong with it."""
    if not text.strip():
        return ""
    try:
        found = read(text)
    except Problem as problem:
        raise forms.ValidationError(str(problem)) from problem
    return str(getattr(found, attribute) if attribute else found)
