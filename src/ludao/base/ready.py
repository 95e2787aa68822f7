"""What the base connects once the apps are loaded: row history is installed after every migrate."""

from django.apps import apps
from django.db.models.signals import post_migrate

from ludao.base import history

post_migrate.connect(history.install, sender=apps.get_app_config("base"), dispatch_uid="ludao.base.history")
