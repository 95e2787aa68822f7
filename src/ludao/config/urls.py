"""The root of all addresses."""

from django.urls import include, path

from ludao.base import console, health, live, metrics
from ludao.base.api import api, docs
from ludao.base.pages import shell
from ludao.base.pages.urls import urlpatterns as pages_of_manifests
from ludao.blocks.identity.public import oidc_urls

handler400 = "ludao.base.requests.bad_request"
handler403 = "ludao.base.requests.forbidden"
handler404 = "ludao.base.requests.not_found"
handler500 = "ludao.base.requests.broken"

_kit = [
    path("view/save/", console.save_view_page, name="save_view"),
    path("work/bar/<str:sealed>/", console.work_bar_page, name="work_bar"),
    path("view/<int:pk>/drop/", console.drop_view_page, name="drop_view"),
]

urlpatterns = [
    path("", shell.portal, name="portal"),
    path("desk/", shell.desk, name="desk"),
    path("screen/", shell.screen, name="screen"),
    path("search/", shell.search, name="search"),
    path("live/", live.stream, name="live"),
    path("pages/", include((_kit, "pages"))),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.page),
    path("api/docs", docs, name="api-docs"),
    path("api/v1/", api.urls),
    path("identity/oidc/", include((oidc_urls, "oauth2_provider"))),
    *pages_of_manifests(),
]
