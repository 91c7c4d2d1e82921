"""Bring the database and the files up to the code: ``python -m config.supervisor.setup``.

One process for all steps, because starting Django is most of the cost. Lines that begin with ``+`` are progress, what
comes after them is the welcome; a failure ends with one sentence as the last line and its traceback on stderr.
"""

import io
import os
import sys
import traceback

import django
import environ
from django.conf import settings
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config import environment


def main() -> int:
    """Run every step; the exit code."""
    try:
        environment.prepare()
        application = os.environ["DATABASE_URL"]
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
        django.setup()
        for step in (migrate, load_site, collect_static_files):
            step()
        sign_in_as(application)
        load_demo()
        print(captured("welcome"), flush=True)
    except Exception as error:
        traceback.print_exc()
        print(in_one_sentence(error), flush=True)
        return 1
    return 0


def say(text: str) -> None:
    """One progress line."""
    print(f"+ {text}", flush=True)


def migrate() -> None:
    """Only where something is to do."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"bringing the database up to date: {len(plan)} migrations")
        call_command("migrate", interactive=False, verbosity=0)
    say("the database is up to date")


def sign_in_as(database_url: str) -> None:
    """What follows runs with the rights it has in daily work."""
    connection.close()
    connection.settings_dict.update(environ.Env.db_url_config(database_url))


def collect_static_files() -> None:
    """Copies only what changed."""
    call_command("collectstatic", interactive=False, verbosity=0)
    say("static files are in place")


def load_site() -> None:
    """The site's fixtures, only where absent."""
    captured("setup_site")
    say("the site is loaded")


def load_demo() -> None:
    """The demo, where the settings ask for one."""
    if settings.DEMO:
        captured("demo", "load")
        say("the demo is loaded")
        captured("sandbox", "open")
        say("the sandbox is open")


def captured(*command: str) -> str:
    """What the command printed."""
    said = io.StringIO()
    call_command(*command, stdout=said)
    return said.getvalue()


def in_one_sentence(error: Exception) -> str:
    """The failure for a person; the whole story is in the log."""
    last = (str(error).strip().splitlines() or [type(error).__name__])[0]
    where = "The database refused" if isinstance(error, DatabaseError) else "The set-up failed"
    return f"{where}: {last.rstrip('.')}."


if __name__ == "__main__":
    sys.exit(main())
