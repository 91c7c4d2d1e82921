from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContainersConfig(AppConfig):
    name = "apps.containers"
    label = "containers"
    verbose_name = _("Containers")
