"""`make run` as a person meets it: a folder of its own, a free port, a bare environment."""

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from config.embedded.places import PROJECT
from config.embedded.ports import free_port
from config.embedded.processes import runs, wait_until

pytestmark = pytest.mark.slow
PATIENCE = 180


class Running:
    """One `make run` and what it said."""

    def __init__(self, var, port, as_user=None, **extra):
        self.var, self.port = var, port
        self.said = var.parent / f"said-{time.monotonic_ns()}"
        bare = {"PATH": os.environ["PATH"], "HOME": "", "LANG": "C.UTF-8", "LANDBRIDGE_VENV": sys.prefix}
        bare |= {"TERMINAL_VAR": str(var), "PORT": str(port), "WEB_CONCURRENCY": "2", **extra}
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=PROJECT,
                env=bare,
                stdout=said,
                stderr=said,
                start_new_session=True,
                user=as_user,
                group=as_user,
                extra_groups=None if as_user is None else [],
            )

    def words(self):
        return self.said.read_text()

    def until(self, pattern, seconds=PATIENCE):
        def said_or_ended():
            return re.search(pattern, self.words()) or self.process.poll() is not None

        assert wait_until(said_or_ended, seconds=seconds, pause=0.1), self.words()
        assert re.search(pattern, self.words()), self.words()
        return self

    def end(self, seconds=60):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def ask(port, path):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read())


def processes_of(var):
    """Every living process whose environment or command line names the folder."""
    mark = os.fsencode(str(var))
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                command = (folder / "cmdline").read_bytes()
                if (mark in command or mark in (folder / "environ").read_bytes()) and runs(int(folder.name)):
                    found[int(folder.name)] = os.fsdecode(command).replace("\0", " ")
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def var():
    with tempfile.TemporaryDirectory(prefix="lb-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "var"
        for pid in processes_of(Path(folder) / "var"):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def start(var):
    started = []

    def starting(**extra):
        started.append(Running(var, free_port(), **extra))
        return started[-1]

    yield starting
    for running in started:
        running.end()


def one_of(var, words):
    return next(pid for pid, command in sorted(processes_of(var).items()) if words in command)


def test_it_answers_heals_itself_and_leaves_nothing_behind(start, var):
    running = start().until(r"\] ready")
    assert ask(running.port, "/healthz") == (200, {"status": "alive"})
    assert ask(running.port, "/readyz")[0] == 200

    second = Running(var, running.port)
    assert second.process.wait(30) != 0
    assert "runs already" in second.words()
    assert "Traceback" not in second.words()

    os.kill(one_of(var, " worker "), signal.SIGKILL)
    running.until(r"worker ended \(SIGKILL\)")
    os.kill(int((var / "postgres" / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    running.until("postgres had died; it runs again")
    assert wait_until(lambda: ask(running.port, "/readyz")[0] == 200, seconds=60, pause=0.5)

    running.end()
    assert "] stopped" in running.words()
    assert wait_until(lambda: not processes_of(var), seconds=10), processes_of(var)


def test_it_starts_again_after_everything_was_killed(start, var):
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


def test_its_children_die_with_it_even_when_it_is_killed(start, var):
    running = start().until(r"\] ready")
    os.kill(one_of(var, "config.supervisor"), signal.SIGKILL)
    assert running.process.wait(20) != 0
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


def nobodys_venv(folder):
    """An environment an ordinary user can enter: the system's Python with the packages of this one."""
    system = Path("/usr/bin/python3")
    same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if not system.exists() or subprocess.run([system, "-c", same]).returncode:
        pytest.skip("no Python of this version that an ordinary user can run")
    site_packages = sysconfig.get_paths()["purelib"]
    may_read = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "test", "-r"]
    if any(subprocess.run([*may_read, path]).returncode for path in (site_packages, PROJECT / "Makefile")):
        pytest.skip("the project lies where an ordinary user cannot read it")
    subprocess.run([system, "-m", "venv", "--without-pip", folder], check=True)
    (folder / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "all.pth").write_text(f"{site_packages}\n")
    (folder / ".dev").write_text((Path(sys.prefix) / ".dev").read_text())
    return folder


@pytest.mark.skipif(os.getuid() != 0, reason="the other tests ran as an ordinary user already")
def test_an_ordinary_user_without_a_home_can_run_it():
    with tempfile.TemporaryDirectory(prefix="lb-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        venv = nobodys_venv(home / "venv")
        var = home / "var"
        var.mkdir()
        os.chown(var, 65534, 65534)
        running = Running(var, free_port(), as_user=65534, LANDBRIDGE_VENV=str(venv), LANDBRIDGE_DEMO="0")
        try:
            running.until(r"\] ready")
            assert ask(running.port, "/readyz")[0] == 200
            owners = {Path(f"/proc/{pid}").stat().st_uid for pid in processes_of(var)}
            assert owners == {65534}
        finally:
            running.end()
        assert wait_until(lambda: not processes_of(var), seconds=10), processes_of(var)
