"""The addresses of EDIFACT under the API."""

from django.urls import path

from apps.edi.api import customs, views

urlpatterns = [
    path("edi/interchanges/", views.InterchangesView.as_view(), name="edi-interchanges"),
    path("edi/interchanges/<uuid:public_id>/", views.InterchangeView.as_view(), name="edi-interchange"),
    path("edi/interchanges/<uuid:public_id>/original/", views.OriginalView.as_view(), name="edi-original"),
    path("customs/authority/interchanges/", customs.AuthorityInterchangesView.as_view(), name="authority-interchanges"),
]
