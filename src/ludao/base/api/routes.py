"""One route for each action and each dataset of the registry, and one OpenAPI document of them all."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from ninja import NinjaAPI

from ludao.base import actions, datasets, registry, tokens
from ludao.base.actions import Action
from ludao.base.api import describe, lists, problems, results, tables, verbs
from ludao.base.api.door import door, nowhere
from ludao.base.datasets import Dataset
from ludao.base.text import pick, t

Describe = Callable[[dict[str, Any]], dict[str, Any]]
VERSION = "1.0.0"
BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": tokens.PREFIX + "…"}


class LudaoAPI(NinjaAPI):
    """django-ninja's routes behind our door, described by the registry."""

    def __init__(self) -> None:
        super().__init__(title=str(t("鹭岛接口", "Ludao API")), version=VERSION, docs_url=None, urls_namespace="api")
        self.descriptions: dict[str, Describe] = {}
        self.documents: dict[str, Any] = {}

    def add(self, method: str, path: str, view: Callable[..., HttpResponseBase], name: str, about: Describe) -> None:
        def operation(request: HttpRequest) -> HttpResponseBase:
            return view(request)

        self.api_operation([method], path, operation_id=name, url_name=name)(operation)
        self.descriptions[name] = about

    def on_exception(self, request: HttpRequest, exc: Any) -> Any:
        """Errors go on to the door."""
        raise exc

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            is_root = isinstance(pattern, URLPattern) and pattern.name == "api-root"
            view: Any = lists.root if is_root else pattern.callback
            pattern.callback = door(view)
        return [*patterns, re_path(r"", door(_nowhere))]

    def get_openapi_schema(self, **how: Any) -> Any:
        """The same for all callers, so it is written once for each language and kept."""
        language = pick("zh-Hans", "en")
        if language not in self.documents:
            self.documents[language] = self._written(**how)
        return self.documents[language]

    def _written(self, **how: Any) -> Any:
        schema = super().get_openapi_schema(**how)
        definitions: dict[str, Any] = {"Problem": problems.SCHEMA, "Row": results.ROW_SCHEMA}
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation.update(self.descriptions[operation["operationId"]](definitions))
        schema["info"]["description"] = pick("由登记册生成：每个动作一个 POST，每个数据集一个 GET。",
                                             "From the registry: a POST for each action, a GET for each dataset.")
        schema["components"] = {"schemas": definitions, "responses": describe.error_responses(),
                                "securitySchemes": {"token": BEARER}}
        return schema


def _nowhere(request: HttpRequest) -> HttpResponseBase:
    raise nowhere()


def build() -> LudaoAPI:
    """Every app must be loaded: actions and datasets are read from the registry here."""
    api = LudaoAPI()
    api.add("GET", "/me", lists.me, "me", partial(_list, lists.ME, ("我是谁", "Who am I"), False))
    api.add("GET", "/actions", lists.list_actions, "actions",
            partial(_list, lists.ACTIONS, ("我可以办理的动作", "Actions that I may do"), True))
    api.add("GET", "/datasets", lists.list_datasets, "datasets",
            partial(_list, lists.DATASETS, ("我可以读取的数据集", "Datasets that I may read"), True))
    for spec in actions.every():
        api.add("POST", f"/actions/{spec.address}", partial(verbs.answer, spec=spec), f"do.{spec.address}",
                partial(_action, spec))
    for dataset in datasets.every():
        api.add("GET", f"/datasets/{dataset.address}", partial(tables.answer, dataset=dataset),
                f"read.{dataset.address}", partial(_dataset, dataset))
    return api


def _security(right: str) -> list[dict[str, Any]]:
    """A token; where anyone may, also nothing."""
    is_open = "anyone" in registry.rights().get(right, ())
    return [{}, {"token": []}] if is_open else [{"token": []}]


def _action(spec: Action, definitions: dict[str, Any]) -> dict[str, Any]:
    return {**describe.action(spec, definitions), "security": _security(spec.right)}


def _dataset(dataset: Dataset, definitions: dict[str, Any]) -> dict[str, Any]:
    return {**describe.dataset(dataset, definitions), "security": _security(dataset.right)}


def _list(schema: dict[str, Any], words: tuple[str, str], is_open: bool, _: dict[str, Any]) -> dict[str, Any]:
    return {"summary": pick(*words), "tags": ["base"], "parameters": [],
            "security": [{}, {"token": []}] if is_open else [{"token": []}],
            "responses": {"200": {"description": pick("好", "OK"), "content": {"application/json": {"schema": schema}}},
                          **describe.errors(400, 401, 404, 406, 429)}}
