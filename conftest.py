"""Here rather than in the plugin, so that it goes before pytest-django's own fixture of this name."""

from ludao.base.testing.plugin import django_db_setup  # noqa: F401
