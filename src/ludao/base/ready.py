"""What the base connects once the apps are loaded: functions before a migrate, row history after it."""

from django.apps import apps
from django.db.models.signals import post_migrate, pre_migrate

from ludao.base import console as _console  # noqa: F401  (its actions are the base's own)
from ludao.base import grams, history
from ludao.base import limits as _limits  # noqa: F401
from ludao.base import tokens as _tokens  # noqa: F401
from ludao.base.datasets import views

base = apps.get_app_config("base")
pre_migrate.connect(grams.install, sender=base, dispatch_uid="ludao.base.grams")
post_migrate.connect(history.install, sender=base, dispatch_uid="ludao.base.history")
pre_migrate.connect(views.make_way, sender=base, dispatch_uid="ludao.base.views.away")
post_migrate.connect(views.install, sender=base, dispatch_uid="ludao.base.views")
