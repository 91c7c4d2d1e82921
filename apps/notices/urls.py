"""Mounted under ``/mailbox/``."""

from django.urls import path

from apps.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.mails, name="mailbox"),
    path("<str:key>/", views.mail, name="mail"),
]
