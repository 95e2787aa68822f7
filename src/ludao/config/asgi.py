"""The web process's application, for Granian."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
application = get_asgi_application()
