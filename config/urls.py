"""Every address Landbridge answers at."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from config.health import healthz, readyz
from config.metrics import metrics


def favicon(request: HttpRequest) -> HttpResponse:
    """The site's mark, for browsers that ask for it on pages which name none: the API's, the phone's, the mailbox."""
    return redirect(static("landbridge/favicon.svg"))


urlpatterns = [
    path("favicon.ico", favicon),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("alerts/", include("apps.alerts.urls")),
    path("metrics", metrics, name="metrics"),
    path("mailbox/", include("apps.notices.urls")),
    path("", include("config.api_urls")),
    path("admin/", include("apps.tracking.urls")),
    path("admin/", include("apps.forecasts.urls")),
    path("admin/", include("apps.planning.urls")),
    path("admin/", admin.site.urls),
    path("phone/", RedirectView.as_view(pattern_name="admin:yard_phone"), name="phone"),
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
]
handler400 = "apps.common.api.views.bad_request"
handler500 = "apps.common.api.views.server_error"
