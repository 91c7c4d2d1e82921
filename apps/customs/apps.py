from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomsConfig(AppConfig):
    name = "apps.customs"
    label = "customs"
    verbose_name = _("Customs")

    def ready(self) -> None:
        """Declared boxes are counted on, see Note [What a booking gives up] in ``apps.warehouse``."""
        from apps.warehouse.services import counting_on

        counting_on.connect(_is_declared, dispatch_uid="boxes of declarations are counted on")


def _is_declared(*, visit: Any, **_others: Any) -> bool:
    from apps.customs.models import Declaration

    return Declaration.objects.filter(visits=visit).exists()
