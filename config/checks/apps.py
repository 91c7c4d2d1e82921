from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created

from config.checks import refuse_an_old_server, server_is_new_enough


class Checks(AppConfig):
    """Asks its questions from the moment Django is up."""

    name = "config.checks"
    label = "checks"

    def ready(self) -> None:
        """Register them."""
        register(server_is_new_enough, Tags.database)
        connection_created.connect(refuse_an_old_server, dispatch_uid="refuse an old server")
