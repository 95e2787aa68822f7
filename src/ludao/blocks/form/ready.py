"""What forms connect once the apps are loaded: the forms that come as files stand there after each migrate."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate

from . import lists as _lists  # noqa: F401  (they are registered)


def ship(**_: Any) -> None:
    from . import shipping

    shipping.ship()


post_migrate.connect(ship, sender=apps.get_app_config("form"), dispatch_uid="ludao.form.shipped")
