"""The web process's application, for Granian."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
_whole = get_asgi_application()

from ludao.base import lean  # noqa: E402  (the apps must be loaded)

application = lean.door(_whole)
