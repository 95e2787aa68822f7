"""What identity connects once the apps are loaded: the shipped city, the watch at the door, the hourly tidying."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate

from ludao.blocks.identity import tidying as _tidying  # noqa: F401  (its job is registered)
from ludao.blocks.identity import watching as _watching  # noqa: F401  (its receivers listen)


def ship(**_: Any) -> None:
    """The city's tree comes with the tables; its geometry library is imported only then."""
    from ludao.blocks.identity import shipped

    shipped.load()


post_migrate.connect(ship, sender=apps.get_app_config("identity"), dispatch_uid="ludao.identity.shipped")
