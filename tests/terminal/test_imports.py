"""The core stands alone."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROGRAM = """
import importlib, pkgutil, sys
import terminal
for each in pkgutil.walk_packages(terminal.__path__, "terminal."):
    importlib.import_module(each.name)
frameworks = {"django", "rest_framework", "celery", "psycopg2", "psycopg", "redis", "kombu", "apps", "config"}
print(sorted(frameworks & {name.partition(".")[0] for name in sys.modules}))
"""


def test_the_terminal_loads_no_framework_and_nothing_above_it():
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
