"""The product as a stranger starts it: `make run` in a folder of its own, on a free port, in a bare environment."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.embedded.places import PROJECT
from config.embedded.processes import runs, wait_until

PATIENCE = 180


@contextmanager
def folder_of_its_own() -> Iterator[Path]:
    """A short folder for everything, because a socket's path may not be long; at the end nobody lives in it."""
    with tempfile.TemporaryDirectory(prefix="lb-", ignore_cleanup_errors=True) as folder:
        var = Path(folder) / "var"
        yield var
        for pid in processes_of(var):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


class Running:
    """One `make run` and what it said."""

    def __init__(self, var, port, as_user=None, **extra):
        self.var, self.port = var, port
        self.said = var.parent / f"said-{time.monotonic_ns()}"
        bare = {"PATH": os.environ["PATH"], "HOME": "", "LANG": "C.UTF-8", "LANDBRIDGE_VENV": sys.prefix}
        self.environment = bare | {"TERMINAL_VAR": str(var), "PORT": str(port), "WEB_CONCURRENCY": "2", **extra}
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=PROJECT,
                env=self.environment,
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

    def begin(self, *command):
        """A `manage.py` command beside it, as a person would type it."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=PROJECT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def finish(self, *command):
        """What the command printed; it must succeed."""
        process = self.begin(*command)
        out, wrong = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, out + wrong
        return out

    def leader(self, words):
        """The process the supervisor started whose command line has these words; None while it is down."""
        found = [pid for pid, command in processes_of(self.var).items() if words in command]
        return next((pid for pid in found if leads(pid)), None)

    def supervisor(self):
        """The process that looks after all others."""
        return next(pid for pid, command in processes_of(self.var).items() if "-m config.supervisor " in command)

    def end(self, seconds=60):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def leads(pid):
    """Whether the process stands at the head of its session."""
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False


def ask(port, path):
    """Status and JSON of an address."""
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
