"""What a kiosk's own screen calls: the end of a visit."""

from django.urls import path

from ..views.kiosk import end

urlpatterns = [path("kiosk/end/", end, name="kiosk-end")]
