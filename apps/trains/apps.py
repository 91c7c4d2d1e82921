from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainsConfig(AppConfig):
    name = "apps.trains"
    label = "trains"
    verbose_name = _("Trains")
