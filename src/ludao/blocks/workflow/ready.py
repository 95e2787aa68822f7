"""Once the tables stand, the drawings of the house are in force."""

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate

from ludao.blocks.workflow.shipping import ship


def shipped(**_: Any) -> None:
    if "workflow_version" in connection.introspection.table_names():
        ship()


post_migrate.connect(shipped, sender=apps.get_app_config("workflow"), dispatch_uid="ludao.blocks.workflow.ship")
