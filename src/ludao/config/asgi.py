"""The web process's application, for Granian."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
_whole = get_asgi_application()

from ludao.base import lean  # noqa: E402  (the apps must be loaded)

application = lean.door(_whole)

# What was loaded lives as long as the process: to look through it for garbage held every page up for 200 ms at times.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)
