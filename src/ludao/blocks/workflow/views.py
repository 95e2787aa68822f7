"""The pages that the kit cannot say."""

from typing import Any

from django.http import HttpRequest

from .models import Instance
from .showing import picture


def instance_facts(request: HttpRequest, instance: Instance) -> dict[str, Any]:
    return picture(instance)
