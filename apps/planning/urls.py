"""Pages of the admin that look ahead."""

from django.contrib import admin
from django.urls import path

from apps.planning.pages import capacity_view, what_if_view

urlpatterns = [
    path("capacity/", admin.site.admin_view(capacity_view), name="capacity-page"),
    path("what-if/", admin.site.admin_view(what_if_view), name="what-if-page"),
]
