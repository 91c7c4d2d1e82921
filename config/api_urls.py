"""Everything a program talks to: ``/api/v1/``, Track & Trace, the token endpoint and the list of problems."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny

from apps.common.api.views import no_such_path, problems_page
from apps.common.views import attachment
from apps.parties.api.oauth import Token

PUBLIC: dict[str, Any] = {
    "permission_classes": [AllowAny],
    "authentication_classes": [],
    "content_negotiation_class": DefaultContentNegotiation,
}


class OpenApiDocument(SpectacularAPIView):
    """The OpenAPI document, as JSON."""

    renderer_classes = [OpenApiJsonRenderer2]


v1 = [
    path("", include("apps.containers.api.urls")),
    path("", include("apps.tracking.api.urls")),
    path("", include("apps.webhooks.api.urls")),
    path("", include("apps.warehouse.api.urls")),
    path("", include("apps.customs.api.urls")),
    path("", include("apps.yard.api.urls")),
    path("", include("apps.gate.api.urls")),
    path("", include("apps.billing.api.urls")),
    path("", include("apps.edi.api.urls")),
    path("", include("apps.trains.api.urls")),
    path("", include("apps.ships.api.urls")),
    path("", include("apps.reports.api.urls")),
    path("", include("apps.forecasts.api.urls")),
    path("", include("apps.planning.api.urls")),
    path("", include("apps.parties.api.urls")),
    path("", include("apps.sandbox.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(v1)),
    path("api/openapi.json", OpenApiDocument.as_view(**PUBLIC), name="openapi"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="openapi", **PUBLIC), name="api-docs"),
    re_path("^api/", no_such_path),
    path("dcsa/tnt/", include("apps.tracking.api.dcsa.urls")),
    re_path("^dcsa/", no_such_path),
    path("oauth/token/", Token.as_view(), name="token"),
    re_path("^oauth/", no_such_path),
    path("attachments/<uuid:public_id>/", attachment, name="attachment"),
    path("problems", problems_page, name="problems"),
]
