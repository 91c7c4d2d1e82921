#!/usr/bin/env python
"""Any Landbridge command; finds or starts the embedded servers where no outside ones are named."""

import os
import sys

OWNERS_COMMANDS = {"migrate", "flush", "sqlflush", "loaddata", "setup_site"}
"""Commands that change tables or sequences sign in as the owner of the database, everything else as the application."""


def main() -> None:
    """Prepare the environment, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    from config.environment import prepare

    prepare()
    if len(sys.argv) > 1 and sys.argv[1] in OWNERS_COMMANDS:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
