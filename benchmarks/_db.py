"""A database for measurements: made from the migrations on the servers of the environment, dropped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from config.environment import give_back, prepare

PREFIX = "bench_"


@contextmanager
def database() -> Iterator[None]:
    """Stand on a migrated database of this process's own, with the site loaded. Within another such block: on that."""
    from django.apps import apps

    if apps.ready and _name().startswith(PREFIX):
        yield
        return
    _set_up()
    from django.core.management import call_command
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{PREFIX}{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    call_command("loaddata", "site", verbosity=0)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
        connection.close()
        give_back()


def _set_up() -> None:
    """Django with the role that may create databases."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    prepare()
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    django.setup()


def _name() -> str:
    from django.db import connection

    return str(connection.settings_dict["NAME"])
