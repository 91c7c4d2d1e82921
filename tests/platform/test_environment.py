"""What `prepare()` puts into the environment, and what it leaves alone."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import environ
import pytest
from django.db import connection

from config import environment
from config.checks import ServerTooOld, server_is_new_enough
from config.embedded.errors import CannotStart
from config.embedded.lease import try_lock
from config.embedded.places import PROJECT
from config.translations import compile_catalogues

OURS = (
    "DATABASE_URL", "DATABASE_OWNER_URL", "CELERY_BROKER_URL", "CACHE_URL", "REDIS_URL", "SECRET_KEY", "EMAIL_URL",
    "MAILBOX_DIR", "TERMINAL_VAR", "MPLCONFIGDIR", "LANDBRIDGE_TEST_SLOT", "DJANGO_SETTINGS_MODULE",
)  # fmt: skip
OUTSIDE = {"DATABASE_URL": "postgres://me:secret@db.example/landbridge", "CELERY_BROKER_URL": "redis://queue.example/0"}


@pytest.fixture
def bare(monkeypatch):
    """No variable of ours set, and a short folder."""
    for name in OURS:
        monkeypatch.setenv(name, "to be restored")
        monkeypatch.delenv(name)
    with tempfile.TemporaryDirectory(prefix="lb-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("TERMINAL_VAR", folder)
        yield Path(folder)


@pytest.fixture
def own_leases(monkeypatch):
    """Leases taken here are given back here."""
    monkeypatch.setattr(environment, "leases", [])
    yield
    environment.give_back()


def test_outside_servers_are_used_and_nothing_is_started(bare, monkeypatch, own_leases):
    for name, value in OUTSIDE.items():
        monkeypatch.setenv(name, value)
    environment.prepare()
    assert not environment.leases
    assert os.environ["DATABASE_OWNER_URL"] == OUTSIDE["DATABASE_URL"]
    assert os.environ["CACHE_URL"] == OUTSIDE["CELERY_BROKER_URL"]
    assert not (bare / "postgres").exists()
    assert not (bare / "valkey").exists()


@pytest.mark.slow
def test_the_embedded_servers_are_named_in_a_way_django_understands(bare, own_leases):
    environment.prepare()
    database = environ.Env().db_url("DATABASE_URL")
    assert (database["HOST"], database["NAME"], database["USER"]) == (f"{bare}/run", "landbridge", "landbridge_app")
    assert environ.Env().db_url("DATABASE_OWNER_URL")["USER"] == "landbridge_owner"
    assert os.environ["CELERY_BROKER_URL"] == f"redis+socket://{bare}/run/valkey.sock?virtual_host=0"
    assert environ.Env().email_url("EMAIL_URL")["EMAIL_HOST"] == "127.0.0.1"


def test_a_key_is_kept_from_start_to_start_and_one_that_is_set_wins(bare, monkeypatch, own_leases):
    for name, value in OUTSIDE.items():
        monkeypatch.setenv(name, value)
    environment.prepare()
    kept = os.environ.pop("SECRET_KEY")
    environment.prepare()
    assert os.environ["SECRET_KEY"] == kept
    monkeypatch.setenv("SECRET_KEY", "mine")
    environment.prepare()
    assert os.environ["SECRET_KEY"] == "mine"


def test_production_takes_no_key_from_a_file(bare, monkeypatch, own_leases):
    for name, value in OUTSIDE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.production")
    with pytest.raises(CannotStart, match="SECRET_KEY is not set"):
        environment.prepare()


@pytest.mark.parametrize(("version", "refused"), [(150_008, True), (169_999, True), (170_000, False), (180_006, False)])
def test_a_server_older_than_17_is_refused_in_a_sentence(version, refused):
    assert bool(environment.too_old_a_server(version)) == refused


def test_what_the_sentence_says():
    assert "version 15; Landbridge needs 17 or newer" in environment.too_old_a_server(150_008)


class TestAnOldServer:
    """The server of the tests, in the eyes of a product that needs a newer one."""

    @pytest.fixture(autouse=True)
    def demanding(self, db, monkeypatch):
        monkeypatch.setattr(environment, "OLDEST_POSTGRES", 99)

    def test_is_refused_by_whoever_connects_first_and_by_whoever_tries_again(self, db):
        fresh = connection.copy()
        for _ in range(2):
            with pytest.raises(ServerTooOld, match="Landbridge needs 99 or newer"):
                fresh.ensure_connection()
            assert fresh.connection is None

    def test_fails_the_system_check_with_the_sentence(self, db, monkeypatch):
        monkeypatch.setattr("config.checks.connections", {"default": connection.copy()})
        (error,) = server_is_new_enough(databases=["default"])
        assert "Landbridge needs 99 or newer" in error.msg


@pytest.mark.slow
def test_a_command_at_an_old_server_ends_with_the_sentence_alone():
    program = (
        "from config import environment; environment.OLDEST_POSTGRES = 99;"
        "from django.core.management import execute_from_command_line as run; run(['manage.py', 'showmigrations'])"
    )
    always_there = dict.fromkeys(
        ("DATABASE_URL", "DATABASE_OWNER_URL"), os.environ["DATABASE_OWNER_URL"].rpartition("/")[0] + "/postgres"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=os.environ | always_there, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("ServerTooOld: The PostgreSQL server of DATABASE_URL is version"), done.stderr
    assert "Traceback" not in done.stderr


def test_the_mailbox_page_is_only_where_the_catcher_runs(bare, monkeypatch, own_leases):
    for name, value in OUTSIDE.items():
        monkeypatch.setenv(name, value)
    environment.prepare()
    assert os.environ["MAILBOX_DIR"] == f"{bare}/mailbox"
    monkeypatch.delenv("MAILBOX_DIR")
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")
    environment.prepare()
    assert "MAILBOX_DIR" not in os.environ
    monkeypatch.delenv("EMAIL_URL")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.production")
    environment.prepare()
    assert not {"MAILBOX_DIR", "EMAIL_URL"} & set(os.environ)


def test_two_test_runs_at_once_get_databases_of_their_own(bare):
    slots = bare / "test" / "slots"
    slots.mkdir(parents=True)
    first, held = environment._test_ground(), try_lock(slots / "0")
    second = environment._test_ground()
    assert held is None
    assert first.database != second.database
    assert first.first_valkey_database + environment.VALKEY_DATABASES_PER_SLOT <= second.first_valkey_database


def test_catalogues_are_compiled_without_gettext_and_only_when_they_changed(bare, monkeypatch):
    sources = bare / "sources"
    catalogue = sources / "kk" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n\nmsgid "train"\nmsgstr "пойыз"\n'
    )
    monkeypatch.setattr("config.translations.SOURCES", sources)
    compile_catalogues(bare)
    compiled = bare / "locale" / "kk" / "LC_MESSAGES" / "django.mo"
    assert "пойыз".encode() in compiled.read_bytes()
    before = compiled.stat().st_mtime_ns
    compile_catalogues(bare)
    assert compiled.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_command_started_by_hand_in_a_bare_environment_finds_a_server(bare):
    bare_environment = {"PATH": os.environ["PATH"], "HOME": "", "LANG": "C.UTF-8", "TERMINAL_VAR": str(bare)}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c",
         "from django.db import connection as c; k = c.cursor(); k.execute('select user'); print(k.fetchone())"],
        cwd=PROJECT, env=bare_environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "('landbridge_app',)" in done.stdout, done.stderr
    assert not (PROJECT / "~").exists()
