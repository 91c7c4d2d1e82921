from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    name = "apps.tracking"
    label = "tracking"
    verbose_name = _("Tracking")

    def ready(self) -> None:
        """Track & Trace has error bodies of its own, also where no view is asked."""
        from apps.tracking.api.dcsa.errors import speak_the_standard

        speak_the_standard()
