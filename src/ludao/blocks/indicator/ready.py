"""What indicators connect once the apps are loaded: shipped definitions come with the tables."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate


def ship(**_: Any) -> None:
    from ludao.blocks.indicator import shipping

    shipping.ship()


post_migrate.connect(ship, sender=apps.get_app_config("indicator"), dispatch_uid="ludao.indicator.shipped")
