from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "apps.common"
    label = "common"
    verbose_name = _("Common parts")

    def ready(self) -> None:
        """See Note [A step draws one model] in ``apps.common.migrating``."""
        from apps.common.migrating import quicken_migrations

        quicken_migrations()
