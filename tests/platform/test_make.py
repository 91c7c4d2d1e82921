"""The environment is made from hashed locks only, and what is missing is said."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from config.embedded.places import PROJECT
from tests.conftest import LONGEST

LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))


def set_up(tmp_path, tools, **extra):
    """`config/venv.sh run` where only these tools are at hand."""
    hands = tmp_path / "bin"
    hands.mkdir(exist_ok=True)
    for tool in tools:
        (hands / tool).symlink_to(shutil.which(tool))
    bare = {"PATH": str(hands), "HOME": "", "TERMINAL_VAR": str(tmp_path / "var")} | extra
    return subprocess.run(
        ["/bin/sh", "config/venv.sh", "run"], cwd=PROJECT, env=bare, capture_output=True, text=True, timeout=60
    )


def program(path, script):
    """A program of these few lines of shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_machine_without_a_new_python_is_told_so(tmp_path):
    done = set_up(tmp_path, ["dirname", "cat", "cksum"])
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    done = set_up(
        tmp_path, ["dirname", "cat", "cksum", "mkdir"], PYTHON=sys.executable, TERMINAL_VAR=str(tmp_path / "file")
    )
    assert done.returncode != 0
    assert f"nothing can be written in {tmp_path / 'file'}" in done.stderr


def test_an_environment_that_is_up_to_date_is_left_alone(tmp_path):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    stamp = subprocess.run(["cksum"], stdin=(PROJECT / "requirements" / "run.txt").open(), capture_output=True).stdout
    (venv / ".run").write_bytes(stamp)
    done = set_up(tmp_path, ["dirname", "cat", "cksum"], LANDBRIDGE_VENV=str(venv))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("pip_works", [True, False])
def test_where_uv_fails_pip_is_taken_and_what_uv_said_is_shown_only_when_pip_fails_too(tmp_path, pip_works):
    program(tmp_path / "bin" / "uv", '[ "$1" = --version ] || { echo "raw trouble of uv" >&2; exit 2; }')
    fails = "" if pip_works else '[ "$3" != install ] || exit 1'
    program(tmp_path / "venv" / "bin" / "python", fails)
    done = set_up(
        tmp_path,
        ["dirname", "cat", "cksum", "mkdir", "grep"],
        PYTHON=sys.executable,
        LANDBRIDGE_VENV=str(tmp_path / "venv"),
    )
    assert "uv could not install them; plain pip is taken instead" in done.stdout
    assert (done.returncode == 0) is pip_works
    assert ("raw trouble of uv" in done.stdout + done.stderr) is not pip_works


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_every_package_with_hashes_and_names_no_address(lock):
    text = lock.read_text()
    for block in re.split(r"\n(?=[a-z])", text[text.index("\n", text.index("uv pip compile")) + 1 :]):
        assert "==" in block.splitlines()[0]
        assert "--hash=sha256:" in block
    assert not re.search(r"https?://|--index-url|--find-links \S+[/:]", text)


def test_everything_developed_with_is_what_runs_and_more():
    run, dev = (set(re.findall(r"^[\w.-]+==\S+", (PROJECT / "requirements" / name).read_text(), re.M))
                for name in ("run.txt", "dev.txt"))  # fmt: skip
    assert run <= dev


@pytest.mark.parametrize("target", ["run", "setup", "test", "check", "bench", "lock", "backup", "restore", "demo-fill"])
def test_every_command_of_the_readme_is_explained(target):
    listed = subprocess.run(["make", "help"], cwd=PROJECT, env=os.environ, capture_output=True, text=True).stdout
    assert re.search(rf"^make {target}\s+\w", listed, re.M)


def test_the_longest_files_exist_and_begin_first(request):
    order = list(dict.fromkeys(item.path for item in request.session.items))
    longest = [PROJECT / name for name in LONGEST]
    assert all(path.exists() for path in longest)
    begun = [path for path in longest if path in order]
    assert order[: len(begun)] == begun
    assert "--no-loadscope-reorder" in (PROJECT / "Makefile").read_text(), "else files of few tests come last"
