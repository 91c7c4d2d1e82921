from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomsConfig(AppConfig):
    name = "apps.customs"
    label = "customs"
    verbose_name = _("Customs")

    def ready(self) -> None:
        """Declared boxes are counted on, see Note [What a booking gives up] in ``apps.warehouse``; a box that is put
        into an inspection block is presented, see Note [What an inspection does].
        """
        from apps.warehouse.services import counting_on
        from apps.yard.services import carried_out

        carried_out.connect(_is_presented, dispatch_uid="boxes brought to inspection are presented")
        counting_on.connect(_is_declared, dispatch_uid="boxes of declarations are counted on")


def _is_declared(*, visit: Any, **_others: Any) -> bool:
    from apps.customs.models import Declaration

    return Declaration.objects.filter(visits=visit).exists()


def _is_presented(*, order: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.customs.services.inspecting import note_carried_out

    note_carried_out(order, by=by, at=at)
