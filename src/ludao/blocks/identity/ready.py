"""What identity connects once the apps are loaded: the shipped city, the watch at the door, the hourly tidying."""

from django.apps import apps
from django.db.models.signals import post_migrate

from ludao.blocks.identity import shipped
from ludao.blocks.identity import tidying as _tidying  # noqa: F401  (its job is registered)
from ludao.blocks.identity import watching as _watching  # noqa: F401  (its receivers listen)

post_migrate.connect(shipped.load, sender=apps.get_app_config("identity"), dispatch_uid="ludao.identity.shipped")
