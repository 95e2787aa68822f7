"""The walls that Django's system checks keep: `ludao check` reports each fault with its file and line."""

from pathlib import Path
from typing import Any

from django.core import checks as django_checks

from ludao.base import registry
from ludao.base.checks import clauses, edges, keys, packages, published, rights, words
from ludao.base.checks.finding import Finding
from ludao.base.checks.house import House

TAG = "ludao"
RULES = (packages.check, edges.check, keys.check, rights.check, words.check, published.check,
         clauses.check)


def findings(package: Path = registry.PACKAGE) -> list[Finding]:
    """All that the files alone tell; nothing is imported."""
    house = House(package)
    return sorted({*house.unreadable, *(finding for rule in RULES for finding in rule(house))})


def message(finding: Finding) -> django_checks.Error:
    return django_checks.Error(finding.what, hint=finding.mend, obj=finding.place, id=f"ludao.{finding.rule}")


@django_checks.register(TAG)
def check_files(app_configs: Any, **_: Any) -> list[django_checks.CheckMessage]:
    return [message(finding) for finding in findings()]


@django_checks.register(TAG)
def check_running(app_configs: Any, **_: Any) -> list[django_checks.CheckMessage]:
    from ludao.base.checks import running  # it imports every page of the house

    return [message(finding) for finding in sorted(set(running.check()))]


__all__ = ["Finding", "findings"]
