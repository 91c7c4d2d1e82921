"""``python -m config.supervisor``."""

import sys

from config.supervisor.house import run

if __name__ == "__main__":
    sys.exit(run())
