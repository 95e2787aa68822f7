"""django-stubs' mypy plugin, for a house whose apps are made from manifests and whose requests carry an actor."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from mypy.nodes import MDEF, MypyFile, SymbolTableNode, Var
from mypy.plugin import ClassDefContext, ReportConfigContext
from mypy_django_plugin.main import NewSemanalDjangoPlugin

REQUEST = "django.http.request.HttpRequest"
CARRIED = {"actor": "ludao.base.actor.Actor", "ludao_id": "builtins.str"}


class HousePlugin(NewSemanalDjangoPlugin):
    """What ludao.base.requests puts on every request is known as if Django had it."""

    def report_config_data(self, ctx: ReportConfigContext) -> dict[str, Any]:
        """mypy keeps its cache by what this says; an app is known by its name."""
        settings = self.django_context.settings
        apps = [app.name if isinstance(app, AppConfig) else app for app in settings.INSTALLED_APPS]
        return self.plugin_config.to_json({"INSTALLED_APPS": apps, "AUTH_USER_MODEL": settings.AUTH_USER_MODEL})

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        deps: list[tuple[int, str, int]] = super().get_additional_deps(file)
        if file.fullname == "django.http.request":
            deps.append((10, "ludao.base.actor", -1))
        return deps

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return _carry if fullname == REQUEST else super().get_customize_class_mro_hook(fullname)


def _carry(context: ClassDefContext) -> None:
    info = context.cls.info
    for name, kind in CARRIED.items():
        typed = context.api.named_type_or_none(kind)
        if typed is None:
            context.api.defer()
            return
        var = Var(name, typed)
        var.info, var._fullname = info, f"{info.fullname}.{name}"
        info.names[name] = SymbolTableNode(MDEF, var, plugin_generated=True)


def plugin(version: str) -> type[NewSemanalDjangoPlugin]:
    return HousePlugin
