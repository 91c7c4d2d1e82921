from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EdiConfig(AppConfig):
    name = "apps.edi"
    label = "edi"
    verbose_name = _("EDIFACT")

    def ready(self) -> None:
        """Interchanges are shown to those who may see them, whatever other files they may see."""
        from apps.common.attachments import keep_for_few

        keep_for_few("edi.interchange", _may_see)


def _may_see(kept: Any, by: Any) -> bool:
    return bool(by.may("edi.view_interchange", kept.terminal_id or 0))
