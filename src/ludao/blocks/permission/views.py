"""The pages the kit cannot say: my rights, the roles, and who can do this and why."""

from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import clock, registry
from ludao.base.rights import scope_of
from ludao.base.text import from_pair, t
from ludao.blocks.identity.public import Area, Organisation, Person
from ludao.blocks.permission import titles
from ludao.blocks.permission import who as asking
from ludao.blocks.permission.actions import is_askable, is_lendable
from ludao.blocks.permission.apart import added, declared, opposites
from ludao.blocks.permission.models import Delegation, Elevation, Holding


def mine(request: HttpRequest) -> HttpResponse:
    """What I hold under each of my posts, what I lent and was lent, and whether my session is elevated."""
    me = int(request.actor.person)
    holdings = Holding.objects.filter(post__person=me).select_related("post__organisation", "organisation", "area")
    loans = Delegation.objects.filter(ends_at__gt=clock.now()).select_related(
        "holding", "given_by", "post__person", "post__organisation", "organisation", "area")
    raised = set(Elevation.objects.current().filter(person=me).values_list("holding", flat=True))
    return render(request, "permission/mine.html", {
        "title": t("我的权限", "My rights"),
        "holdings": [_with_actions(request, h, h.pk in raised) for h in holdings.order_by("post", "role")
                     if _is_open(h)],
        "loans": loans.filter(Q(given_by=me) | Q(post__person=me)).order_by("ends_at"),
        "groups": [g for g in asking.verdicts(request.actor) if g.count],
    })


def _is_open(holding: Holding) -> bool:
    return holding.ends_at is None or holding.ends_at > clock.now()


def _with_actions(request: HttpRequest, holding: Holding, is_raised: bool) -> dict[str, Any]:
    is_worn = request.actor.post == str(holding.post_id) and holding.holds_at(clock.now())
    return {"row": holding, "can_elevate": is_worn and is_askable(holding) and not is_raised,
            "can_lend": is_worn and is_lendable(holding)}


def roles(request: HttpRequest) -> HttpResponse:
    """Each role and what it may do; and which rights are kept apart."""
    pairs = [{"one": titles.right_title(one), "other": titles.right_title(other), "by_manifest": True}
             for one, other in sorted(declared())]
    pairs += [{"one": titles.right_title(one), "other": titles.right_title(other), "by_manifest": False}
              for one, other in sorted(added())]
    return render(request, "permission/roles.html", {
        "title": t("角色一览", "Roles"), "roles": asking.carriers(), "pairs": pairs,
    })


class Question(forms.Form):
    """A right, or a person, or both; and where."""

    right = forms.ChoiceField(label=t("权限", "Right"), required=False)
    person = forms.CharField(label=t("人员", "Person"), required=False, max_length=80,
                             help_text=t("账号或姓名", "User name or name"))
    organisation = forms.CharField(label=t("机构", "Organisation"), required=False, max_length=120,
                                   help_text=t("代码或名称", "Code or name"))
    area = forms.CharField(label=t("区域", "Area"), required=False, max_length=80,
                           help_text=t("代码或名称", "Code or name"))
    thing = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped = [(str(from_pair(m.title)), [(f"{m.address}.{r}", titles.right_title(f"{m.address}.{r}"))
                                              for r in m.may]) for m in registry.manifests() if m.may]
        self.fields["right"].choices = [("", t("请选择", "Choose")), *grouped]  # type: ignore[attr-defined]

    def clean_person(self) -> Any:
        word = self.cleaned_data["person"].strip()
        if not word:
            return None
        found = list(Person.objects.filter(username=word.lower())) or list(Person.objects.filter(name=word)[:2])
        return _one(found, word)

    def clean_organisation(self) -> Any:
        return _named(Organisation, self.cleaned_data["organisation"].strip())

    def clean_area(self) -> Any:
        return _named(Area, self.cleaned_data["area"].strip())

    def clean_thing(self) -> Any:
        """`assurance_plan.item:12`, as the link on a thing's page gives it."""
        label, _, key = self.cleaned_data["thing"].partition(":")
        if not label:
            return None
        try:
            return apps.get_model(label)._default_manager.get(pk=key)
        except (LookupError, ValueError, ObjectDoesNotExist):
            raise ValidationError(t("没有找到该事项", "No such thing")) from None


def _named(model: Any, word: str) -> Any:
    if not word:
        return None
    return _one(list(model.objects.filter(pk=word)) or list(model.objects.filter(name=word)[:2]), word)


def _one(found: list[Any], word: str) -> Any:
    if len(found) == 1:
        return found[0]
    if found:
        raise ValidationError(t(f"不止一个“{word}”，请填代码或账号", f"More than one is called {word}: give the code"))
    raise ValidationError(t(f"没有找到“{word}”", f"Nothing is called {word}"))


def who(request: HttpRequest) -> HttpResponse:
    """Who can do this, and why; or what this person may do, and why not."""
    form = Question(request.GET or None)
    asked: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    right, person, thing = asked.get("right") or "", asked.get("person"), asked.get("thing")
    context: dict[str, Any] = {"title": t("谁能办，为什么", "Who can do this, and why"), "form": form, "right": right,
                               "right_title": titles.right_title(right) if right else "", "person": person,
                               "thing_name": _name_of(thing)}
    where = _where(asked, thing)
    if person:
        context["hats"] = [_answer_for(title, actor, right, thing, where) for title, actor in asking.hats_of(person)]
    elif right:
        context |= {
            "paths": asking.holders(right, where), "by_nature": asking.by_nature(right),
            "roles": titles.listed(titles.role_title(r) for r in registry.rights()[right]), "at_most": asking.AT_MOST,
            "apart": titles.listed(titles.right_title(r) for r in sorted(opposites(right, added()))),
        }
    return render(request, "permission/who.html", context)


def _name_of(thing: Model | None) -> str:
    """Its kind and number only: who may ask about rights need not be allowed to read the thing."""
    return f"{thing._meta.verbose_name} {thing.pk}" if thing else ""


def _where(asked: dict[str, Any], thing: Model | None) -> asking.Where:
    """The place asked for; else the thing's own."""
    organisation, area = asked.get("organisation"), asked.get("area")
    scope = scope_of(type(thing)) if thing else None
    return asking.Where(
        organisation.pk if organisation else _value(thing, scope.organisation) if scope else "",
        area.pk if area else _value(thing, scope.area) if scope else "",
    )


def _value(thing: Model | None, name: str) -> str:
    where: Any = thing
    for part in name.split("__") if name else ():
        where = getattr(where, part, None)
    return str(where or "") if name else ""


def _answer_for(title: str, actor: Any, right: str, thing: Model | None, where: asking.Where) -> dict[str, Any]:
    if right:
        return {"title": title, "verdict": asking.verdict(actor, right, thing, where)}
    return {"title": title, "groups": [g for g in asking.verdicts(actor) if g.verdicts]}


