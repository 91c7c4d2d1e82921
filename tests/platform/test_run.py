"""`make run` as a person meets it: a folder of its own, a free port, a bare environment."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded.places import PROJECT
from config.embedded.ports import free_port
from config.embedded.processes import wait_until
from tests.running import Running, ask, folder_of_its_own, processes_of

pytestmark = pytest.mark.slow
NOBODY = 65534


@pytest.fixture(scope="module")
def var():
    with folder_of_its_own() as var:
        yield var


@pytest.fixture
def start(var):
    started = []

    def starting(**extra):
        started.append(Running(var, free_port(), LANDBRIDGE_DEMO="0", **extra))
        return started[-1]

    yield starting
    for running in started:
        running.end()


def test_it_answers_refuses_a_second_start_and_leaves_nothing_behind(start, var):
    running = start().until(r"\] ready")
    assert ask(running.port, "/healthz") == (200, {"status": "alive"})
    assert ask(running.port, "/readyz")[0] == 200

    second = Running(var, running.port)
    assert second.process.wait(30) != 0
    assert "runs already" in second.words()
    assert "Traceback" not in second.words()

    running.end()
    assert "] stopped" in running.words()
    assert wait_until(lambda: not processes_of(var), seconds=10), processes_of(var)


def test_it_starts_again_after_everything_was_killed_and_its_children_die_with_it_alone(start, var):
    first = start().until(r"\] ready")
    for pid in processes_of(var):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    assert first.process.wait(20) != 0
    began = time.monotonic()
    again = start().until(r"\] ready")
    assert time.monotonic() - began < 30
    assert ask(again.port, "/healthz")[0] == 200

    os.kill(again.supervisor(), signal.SIGKILL)
    assert again.process.wait(20) != 0
    assert wait_until(lambda: not processes_of(var), seconds=45, pause=0.5), processes_of(var)


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ({"PORT": "http"}, "PORT is 'http'; it is a number from 1 to 65535."),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/landbridge"}, "The database refused: .*refused"),
        ({"TERMINAL_VAR": "/proc/landbridge"}, "/proc/landbridge"),
    ],
)
def test_what_a_person_can_mend_is_said_in_a_sentence(start, extra, sentence):
    running = start(**extra)
    assert running.process.wait(60) != 0
    assert re.search(sentence, running.words()), running.words()
    assert "Traceback" not in running.words()


def test_a_busy_port_is_said_in_a_sentence(start):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as busy:
        running = start(PORT=str(busy.getsockname()[1]))
        assert running.process.wait(60) != 0
    assert "is in use by another program" in running.words()
    assert "Traceback" not in running.words()


def test_a_database_that_was_destroyed_is_said_in_a_sentence(start, var):
    control = var / "postgres" / "data" / "global" / "pg_control"
    saved = control.read_bytes()
    control.write_bytes(b"")
    try:
        running = start()
        assert running.process.wait(60) != 0
    finally:
        control.write_bytes(saved)
    assert "PostgreSQL does not start" in running.words()
    assert "Traceback" not in running.words()


def may_read(*paths):
    stepping_down = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "test", "-r"]
    return all(subprocess.run([*stepping_down, path]).returncode == 0 for path in paths)


@contextmanager
def interpreter(folder):
    """This Python where an ordinary user can run it: as it is, or mounted where it can be reached."""
    within = Path(os.path.realpath(sys.executable)).relative_to(sys.base_prefix)
    if may_read(Path(sys.base_prefix) / within):
        yield Path(sys.base_prefix) / within
        return
    folder.mkdir()
    if subprocess.run(["mount", "--bind", "-o", "ro", sys.base_prefix, folder]).returncode:
        pytest.skip("this Python lies where an ordinary user cannot run it")
    try:
        yield folder / within
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def nobodys_venv(python, folder):
    """An environment an ordinary user can enter, with the packages of this one."""
    site_packages = sysconfig.get_paths()["purelib"]
    if not may_read(site_packages, PROJECT / "Makefile"):
        pytest.skip("the project lies where an ordinary user cannot read it")
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True)
    (folder / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "all.pth").write_text(f"{site_packages}\n")
    (folder / ".dev").write_text((Path(sys.prefix) / ".dev").read_text())
    return folder


@pytest.mark.skipif(os.getuid() != 0, reason="the other tests ran as an ordinary user already")
def test_an_ordinary_user_without_a_home_can_run_it():
    with folder_of_its_own() as var, interpreter(var.parent / "python") as python:
        var.parent.chmod(0o755)
        venv = nobodys_venv(python, var.parent / "venv")
        var.mkdir()
        os.chown(var, NOBODY, NOBODY)
        own = {"LANDBRIDGE_VENV": str(venv), "LD_LIBRARY_PATH": str(python.parents[1] / "lib")}
        running = Running(var, free_port(), as_user=NOBODY, LANDBRIDGE_DEMO="0", **own)
        try:
            running.until(r"\] ready")
            assert ask(running.port, "/readyz")[0] == 200
            owners = {Path(f"/proc/{pid}").stat().st_uid for pid in processes_of(var)}
            assert owners == {NOBODY}
        finally:
            running.end()
        assert wait_until(lambda: not processes_of(var), seconds=10), processes_of(var)
