"""A week that passes in minutes, in a folder of its own: ``python -m config.week [options of live_week]``.

Everything is set up where it is missing, mail goes into the folder's own mailbox, and nothing else runs meanwhile.
Afterwards ``make run`` with the same ``TERMINAL_VAR`` shows the terminal and its mailbox.
"""

import logging
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.core.management import execute_from_command_line

from config import environment
from config.mailcatcher import controller
from config.supervisor import setup


def main() -> None:
    """Set up, let the week pass, and say where it can be seen."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    environment.prepare()
    application = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    django.setup()
    setup.migrate()
    setup.load_site()
    setup.sign_in_as(application)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # every line of every talk is of no interest here
    address = urlsplit(os.environ["EMAIL_URL"])
    server = controller(Path(os.environ["MAILBOX_DIR"]), host=address.hostname or "127.0.0.1", port=address.port or 25)
    server.start()
    try:
        execute_from_command_line(["manage.py", "live_week", *sys.argv[1:]])
    finally:
        server.stop()
    print(f"To look at it: TERMINAL_VAR={os.environ['TERMINAL_VAR']} make run, then /mailbox/ and Capacity alerts.")


if __name__ == "__main__":
    main()
