"""One migrated database for all workers of a run: migrating takes many times as long as copying."""

import fcntl
import os
from contextlib import closing, contextmanager
from pathlib import Path

import environ
import psycopg2
from django.conf import settings
from django.db import connection

from config.environment import SLOT


def begin_with_a_copy(run):
    """Let this worker's database be a copy; the first worker of the run migrates what is copied."""
    with alone() as made_for:
        if made_for.read_text() != run:
            migrate()
            made_for.write_text(run)
    connection.settings_dict["TEST"]["TEMPLATE"] = name()


def name():
    """Its name, which no other run uses at the same time."""
    return f"test_landbridge_{os.environ[SLOT]}_migrated"


@contextmanager
def alone():
    """The file that says for which run the database was made; nobody else looks into it meanwhile."""
    path = Path(os.environ["TERMINAL_VAR"]) / "slots" / f"{os.environ[SLOT]}.migrated"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield path


def migrate():
    """Make it anew, in the way the tests' own databases are made, and leave it: who is connected forbids a copy."""
    now, test = connection.settings_dict, connection.settings_dict["TEST"]
    usual, own = now["NAME"], test["NAME"]
    test["NAME"] = name()
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        test["NAME"] = own
        now["NAME"] = settings.DATABASES["default"]["NAME"] = usual


def forget():
    """Drop it."""
    at = environ.Env.db_url_config(os.environ["DATABASE_OWNER_URL"])
    place = {"host": at["HOST"], "port": at["PORT"] or None, "user": at["USER"], "password": at["PASSWORD"] or None}
    with closing(psycopg2.connect(dbname="postgres", **place)) as line, line.cursor() as cursor:
        line.autocommit = True
        cursor.execute(f'DROP DATABASE IF EXISTS "{name()}"')
