"""Fills the hook of the base when the house starts, and puts the query behind it in place after a migrate."""

from django.apps import apps
from django.db.models.signals import post_migrate

from ludao.base import rights
from ludao.blocks.permission import held
from ludao.blocks.permission.judge import judge

rights.install(judge)
post_migrate.connect(held.install, sender=apps.get_app_config("permission"), dispatch_uid="ludao.permission.held")
