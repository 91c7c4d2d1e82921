from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "apps.parties"
    label = "parties"
    verbose_name = _("People and parties")

    def ready(self) -> None:
        from apps.parties.rows.securing import secure

        post_migrate.connect(secure, sender=self, dispatch_uid="rows of parties")
