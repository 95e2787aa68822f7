"""Figures that a subsystem puts on the desk: the day in numbers, for whoever holds the right it names."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from ludao.base import rights

_figures: list[tuple[str, Callable[[], dict[str, Any]]]] = []


def figure(right: str) -> Callable[[Callable[[], dict[str, Any]]], Callable[[], dict[str, Any]]]:
    """Declare one: the function gives {title, value, unit, text, as_of, url} as `_figure.html` takes it."""

    def declare(function: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        _figures.append((right, function))
        return function

    return declare


def of(request: HttpRequest) -> list[dict[str, Any]]:
    return [function() for right, function in _figures if rights.reach(request.actor, right)]
