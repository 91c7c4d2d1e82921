from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomsConfig(AppConfig):
    name = "apps.customs"
    label = "customs"
    verbose_name = _("Customs")

    def ready(self) -> None:
        """Declared boxes are counted on, see Note [What a booking gives up] in ``apps.warehouse``; a box that is put
        into an inspection block is presented, see Note [What an inspection does]. Unpacked goods stay in bond where
        they are released into it, and what a bonded entry takes of a guarantee follows its ledger.
        """
        from apps.common.attachments import keep_for_few
        from apps.containers.selectors import ask_of_offices
        from apps.customs.selectors.service import offices_out_of_service
        from apps.customs.selectors.smuggling import may_see_file
        from apps.warehouse.services import bonded, counting_on, stock
        from apps.yard.services import carried_out

        ask_of_offices(offices_out_of_service)
        keep_for_few("customs.case", may_see_file)
        carried_out.connect(_is_presented, dispatch_uid="boxes brought to inspection are presented")
        stock.moved.connect(_is_received, dispatch_uid="goods released into bond are kept there")
        bonded.written.connect(_is_written, dispatch_uid="guarantees follow the bonded ledger")
        stock.stopping.connect(_is_stopped, dispatch_uid="goods that customs stops stay")
        stock.moved.connect(_is_split, dispatch_uid="parts are stopped as their lot is")
        counting_on.connect(_is_declared, dispatch_uid="boxes of declarations are counted on")


def _is_declared(*, visit: Any, **_others: Any) -> bool:
    from apps.customs.models import Declaration

    return Declaration.objects.filter(visits=visit).exists()


def _is_presented(*, order: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.customs.services.inspecting import note_carried_out

    note_carried_out(order, by=by, at=at)


def _is_received(**told: Any) -> None:
    from apps.customs.services.bond import receive

    receive(**told)


def _is_stopped(**told: Any) -> Any:
    from apps.customs.services.inspecting.goods import stop_goods

    return stop_goods(**told)


def _is_split(**told: Any) -> None:
    from apps.customs.services.inspecting.goods import stop_parts

    stop_parts(**told)


def _is_written(**told: Any) -> None:
    from apps.customs.services.guarantees import follow_ledger

    follow_ledger(**told)
