"""The life of one ``make run``: checks, servers, set-up, children, watch, end."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from config import environment
from config.embedded.errors import CannotStart
from config.embedded.lease import try_lock
from config.embedded.places import PROJECT, make_folder, var_folder
from config.embedded.ports import LOOPBACK, free_port, is_free, keep_port
from config.supervisor.children import Child, ends_with
from config.supervisor.ending import Ending
from config.supervisor.family import family
from config.supervisor.undertaker import Undertaker

LEAST_FREE_MB = 200
WATCH_SECONDS = 0.5
ANSWER_SECONDS = 60
READY_SECONDS = 30


@dataclass
class House:
    """Everything one supervisor holds."""

    var: Path
    ending: Ending = field(default_factory=Ending)
    children: list[Child] = field(default_factory=list)
    undertaker: Undertaker | None = None
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """One progress line for the person at the keyboard."""
        print(f"[{time.monotonic() - self.began:5.1f} s] {text}", flush=True)


def run() -> int:
    """Run until asked to end; the exit code. Problems the user can solve become one sentence and code 1."""
    os.chdir(PROJECT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    try:
        live(House(var=make_folder(var_folder())))
    except CannotStart as refusal:
        print(f"Landbridge cannot run: {refusal.sentence}", file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        print(
            f"Landbridge cannot run: {error.filename or 'the system'}: {error.strerror}.", file=sys.stderr, flush=True
        )
        return 1
    return 0


def live(house: House) -> None:
    """From the first check to the last process. Raises ``CannotStart``."""
    alone = require_alone(house.var)
    require_room_on_disk(house.var)
    listen_to_signals(house)
    with bound_socket() as web, all_stopped_at_the_end(house):
        own_mail_server = bool(os.environ.get("EMAIL_URL"))
        environment.prepare()
        catch_mail = not own_mail_server and "EMAIL_URL" in os.environ
        house.say("PostgreSQL and Valkey answer")
        if catch_mail:
            settle_mail_port(house.var)
        welcome = set_up(house)
        start_children(house, web, catch_mail=catch_mail)
        if wait_until_it_serves(house, port_of(web)):
            print(f"\n{welcome}\nLogs: {house.var / 'log'}\n", flush=True)
        watch(house)
    os.close(alone)


def require_alone(var: Path) -> int:
    """Hold the folder against a second supervisor."""
    lock = try_lock(var / "supervisor.lock")
    if lock is None:
        raise CannotStart(f"it runs already on {var}. Stop that one first, or set TERMINAL_VAR to another folder.")
    return lock


def require_room_on_disk(var: Path) -> None:
    """Refuse before a half-written database does."""
    free_mb = shutil.disk_usage(var).free // 1_000_000
    if free_mb < LEAST_FREE_MB:
        raise CannotStart(f"only {free_mb} MB are free in {var}; at least {LEAST_FREE_MB} MB are needed.")


def listen_to_signals(house: House) -> None:
    """Ctrl-C, SIGTERM and a closed terminal all mean: end."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: house.ending.set())


@contextmanager
def bound_socket() -> Iterator[socket.socket]:
    """The socket web will serve on: ``$PORT`` (8000) of ``$BIND`` (this machine only)."""
    port = os.environ.setdefault("PORT", "8000")
    host = os.environ.get("BIND", LOOPBACK)
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotStart(f"PORT is {port!r}; it is a number from 1 to 65535.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as web:
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with port_trouble(host, port):
            web.bind((host, int(port)))
        yield web


@contextmanager
def port_trouble(host: str, port: str) -> Iterator[None]:
    """Say in a sentence why a port cannot be had."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(f"port {port} is in use by another program. Try: PORT=8001 make run") from error
        raise CannotStart(f"port {port} of {host} cannot be used: {error.strerror}.") from error


def port_of(web: socket.socket) -> int:
    """The number the socket is bound to."""
    return int(web.getsockname()[1])


def settle_mail_port(var: Path) -> None:
    """The mail catcher keeps its port unless somebody else has taken it meanwhile."""
    port = int(os.environ["EMAIL_URL"].rpartition(":")[2])
    if not is_free(port):
        port = keep_port(var / "mailcatcher.port", free_port())
        os.environ["EMAIL_URL"] = f"smtp://{LOOPBACK}:{port}"


def set_up(house: House) -> str:
    """Migrate and load what is missing, in one process of its own. Answers the welcome it composes."""
    log = make_folder(house.var / "log") / "setup.log"
    with log.open("ab") as errors:
        setup = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor.setup"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=errors, text=True, start_new_session=True, preexec_fn=ends_with(os.getpid()),
        )  # fmt: skip
    with ended_with(house, setup):
        lines = list(progress(house, setup))
    if setup.returncode and not house.ending.is_set():
        raise CannotStart(f"{lines[-1] if lines else 'the set-up failed.'} Details: {log}")
    return "\n".join(lines)


@contextmanager
def ended_with(house: House, setup: "subprocess.Popen[str]") -> Iterator[None]:
    """End the set-up when we are asked to end."""
    helper = threading.Thread(target=_end_when_asked, args=(house, setup), daemon=True)
    helper.start()
    yield
    setup.wait()


def _end_when_asked(house: House, setup: "subprocess.Popen[str]") -> None:
    while setup.poll() is None:
        if house.ending.wait(0.2):
            setup.terminate()
            return


def progress(house: House, setup: "subprocess.Popen[str]") -> Iterator[str]:
    """Show lines that begin with ``+``; the rest is for the end."""
    assert setup.stdout is not None
    for line in setup.stdout:
        if line.startswith("+"):
            house.say(line[1:].strip())
        else:
            yield line.rstrip("\n")


def start_children(house: House, web: socket.socket, *, catch_mail: bool) -> None:
    """Start every process of the product, unless we are asked to end already."""
    with port_trouble(*map(str, web.getsockname())):
        web.listen(512)
    house.children = family(make_folder(house.var / "log"), web_socket=web.fileno(), catch_mail=catch_mail)
    house.undertaker = Undertaker()
    for child in house.children:
        if not house.ending.is_set():
            child.undertaker = house.undertaker
            child.start()
    house.say("started: " + ", ".join(child.name for child in house.children))


def wait_until_it_serves(house: House, port: int) -> bool:
    """Tend the children until ``/healthz`` answers, and ``/readyz`` where it does so soon."""
    if not _tended_until(house, f"http://{LOOPBACK}:{port}/healthz", ANSWER_SECONDS):
        if not house.ending.is_set():
            house.say(f"web does not answer yet; see {house.var / 'log' / 'web.log'}")
        return False
    ready = _tended_until(house, f"http://{LOOPBACK}:{port}/readyz", READY_SECONDS)
    house.say("ready" if ready else f"web answers, but not all is ready: http://{LOOPBACK}:{port}/readyz")
    return True


def _tended_until(house: House, url: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not house.ending.is_set() and time.monotonic() < deadline:
        if answers(url):
            return True
        tend(house)
        house.ending.wait(0.2)
    return False


def answers(url: str) -> bool:
    """Whether the address answers with success."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def watch(house: House) -> None:
    """Bring back whatever dies, until asked to end."""
    while not house.ending.wait(WATCH_SECONDS):
        tend(house)


def tend(house: House) -> None:
    """One look at every server and every child."""
    for lease in environment.leases:
        if lease.revive():
            house.say(f"{lease.server.kind} had died; it runs again")
    for child in house.children:
        child.tend(house.say)


@contextmanager
def all_stopped_at_the_end(house: House) -> Iterator[None]:
    """Stop the children, then the servers nobody else uses."""
    try:
        yield
    finally:
        house.ending.set()
        stop(house)
        with suppress(CannotStart):
            environment.give_back()
        house.say("stopped")


def stop(house: House) -> None:
    """Ask all to end at once; the mail catcher, which the others still need, comes last."""
    mail = [child for child in house.children if child.name == "mail catcher"]
    others = [child for child in house.children if child not in mail]
    for group in (others, mail):
        for child in group:
            child.ask_to_end()
        for child in group:
            child.end()
    if house.undertaker:
        house.undertaker.dismiss()
