"""Whatever dies in the middle of an import, nothing of it is there afterwards, and doing it again completes it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.flow_import import write_flow
from config.embedded.places import PROJECT
from config.embedded.postgres import DATABASE, OWNER, Postgres

pytestmark = pytest.mark.slow

STAYS = 15_000
TRACES = "containers_container", "containers_visit", "calls_call", "journal_entry", "tracking_flowimport"
PATIENCE = 120


@pytest.fixture(scope="module")
def var():
    """A short folder of its own, because a socket's path may not be long."""
    with tempfile.TemporaryDirectory(prefix="lb-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def postgres(var):
    """A server of its own, which may be killed without hurting anybody else's test."""
    (var / "postgres").mkdir(mode=0o700)
    server = Postgres.at(var / "postgres", durable=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def site(postgres, var):
    """A migrated database with one terminal, and what is run against it."""
    site = Site(postgres, var)
    site.finish("migrate", "-v0")
    site.finish("shell", "-c", "from tests.factories.network import TerminalFactory; TerminalFactory()")
    return site


@pytest.fixture(scope="module")
def flow(var):
    return str(write_flow(var / "flow.csv", STAYS))


class Site:
    """Commands run as processes of their own, and a look into their database from outside."""

    def __init__(self, postgres, var):
        self.postgres = postgres
        self.environment = {
            **os.environ,
            "TERMINAL_VAR": str(var),
            "DATABASE_URL": postgres.url(role=OWNER),
            "DATABASE_OWNER_URL": postgres.url(role=OWNER),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
        }

    def begin(self, *command):
        return subprocess.Popen(
            [sys.executable, str(PROJECT / "manage.py"), *command],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def finish(self, *command):
        done = self.begin(*command)
        out, wrong = done.communicate(timeout=PATIENCE)
        assert done.returncode == 0, wrong
        return out

    def ask(self, question):
        with closing(self.postgres.connect(database=DATABASE)) as connection:
            cursor = connection.cursor()
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else []

    def reach(self, process, words):
        """Wait until the process runs a statement that begins with these words."""
        running = f"SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND ltrim(query) LIKE '{words}%'"
        self.until(lambda: self.ask(running) or process.poll() is not None)
        assert process.poll() is None, process.communicate()

    def until(self, it_is_so):
        deadline = time.monotonic() + PATIENCE
        while not it_is_so():
            assert time.monotonic() < deadline
            time.sleep(0.002)

    def traces(self):
        return {table: self.ask(f"SELECT count(*) FROM {table}")[0][0] for table in TRACES}

    def alone(self):
        return not self.ask("SELECT 1 FROM pg_stat_activity WHERE datname = 'landbridge' AND pid <> pg_backend_pid()")


NOTHING = dict.fromkeys(TRACES, 0)


def test_a_killed_import_leaves_nothing_and_a_repeat_completes_it(site, postgres, flow):
    for words in ("COPY flow_stay", 'INSERT INTO "journal_entry"'):
        process = site.begin("import_flow", flow)
        site.reach(process, words)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        site.until(site.alone)
        assert site.traces() == NOTHING

    process = site.begin("import_flow", flow)
    site.reach(process, 'INSERT INTO "journal_entry"')
    os.kill(int((postgres.folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    _out, wrong = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0, wrong
    postgres.start()
    site.until(site.alone)
    assert site.traces() == NOTHING

    assert f"{STAYS} stays taken in" in site.finish("import_flow", flow)
    assert site.traces()["containers_visit"] == STAYS
    assert f"0 stays taken in ({STAYS} of {STAYS}" in site.finish("import_flow", flow)
