"""The clients of ``clients/``, run as their README says, each in a folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.places import PROJECT

PYTHON, BRUNO = PROJECT / "clients" / "python", PROJECT / "clients" / "bruno"
A_MINUTE_OR_TWO = 300


def run(words: list[str], folder: Path, **told: str) -> str:
    """What the command printed; it must end well."""
    environment = {**os.environ, "NO_PROXY": "*", "no_proxy": "*", **told}
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=A_MINUTE_OR_TWO, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def make_python_client(folder: Path) -> None:
    """``landbridge_client``, made in that folder as ``make client`` makes it."""
    run(["make", "client", f"CLIENT={folder / 'landbridge_client'}"], PROJECT, LANDBRIDGE_VENV=sys.prefix)


def take_first_steps(folder: Path, site: str, key: str, box: str, hook: str) -> str:
    """What ``first_steps.py`` printed."""
    told = {"LANDBRIDGE_URL": site, "LANDBRIDGE_KEY": key, "PYTHONPATH": str(folder)}
    return run([sys.executable, str(PYTHON / "first_steps.py"), box, hook], folder, **told)


def run_collection(folder: Path, **variables: str) -> str:
    """What Bruno printed about the collection. Skipped where there is no node, which the suite must have in CI."""
    if shutil.which("npm") is None:
        if "CI" in os.environ:
            pytest.fail("npm is missing: .ci/run installs it")
        pytest.skip("node is not installed; the Bruno collection is not run")
    here = folder / "bruno"
    shutil.copytree(BRUNO, here, ignore=shutil.ignore_patterns("node_modules"))
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], here)
    asked = [part for name, value in variables.items() for part in ("--env-var", f"{name}={value}")]
    return run(["node_modules/.bin/bru", "run", "--env", "local", *asked], here)
