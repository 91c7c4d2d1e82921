"""A backup brings back what was there, and a bad one changes nothing."""

import os
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from config.backup import expected
from config.embedded.lease import Lease, try_lock
from config.embedded.places import PROJECT
from config.embedded.postgres import OWNER, Postgres

pytestmark = pytest.mark.slow
TABLE = """
CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'entries stay'; END $$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE EXTENSION btree_gist;
INSERT INTO entry (text) VALUES ('снято с поезда'), ('到达');
"""


@pytest.fixture(scope="module")
def site():
    """A running embedded server with rows, an attachment and a secret."""
    with tempfile.TemporaryDirectory(prefix="lb-", ignore_cleanup_errors=True) as folder:
        var = Path(folder) / "var"
        (var / "media" / "2026").mkdir(parents=True)
        (var / "media" / "2026" / "waybill.pdf").write_bytes(b"%PDF original")
        lease = Lease(Postgres.at(var / "postgres", durable=False))
        lease.take()
        ask(var, TABLE)
        yield var
        lease.give_back()


def ask(var, question, role=OWNER):
    server = Postgres.at(var / "postgres")
    with closing(server.connect(role=role, database="landbridge")) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall() if cursor.description else None


def backup(var, verb, archive):
    bare = {"PATH": os.environ["PATH"], "HOME": "", "LANG": "C.UTF-8", "TERMINAL_VAR": str(var)}
    return subprocess.run(
        [sys.executable, "-m", "config.backup", verb, str(archive)], cwd=PROJECT, env=bare,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def texts(var, role=OWNER):
    return [text for (text,) in ask(var, "SELECT text FROM entry ORDER BY id", role)]


def test_rows_attachments_and_secrets_come_back(site, tmp_path):
    archive = tmp_path / "landbridge.tar"
    assert backup(site, "save", archive).returncode == 0
    secret = (site / "secrets" / "secret_key").read_text()
    ask(site, "DROP TABLE entry")
    (site / "media" / "2026" / "waybill.pdf").write_bytes(b"spoiled")
    (site / "secrets" / "secret_key").write_text("spoiled")

    done = backup(site, "restore", archive)
    assert done.returncode == 0, done.stderr
    assert texts(site) == ["снято с поезда", "到达"]
    assert texts(site, role="landbridge_app") == texts(site)
    assert (site / "media" / "2026" / "waybill.pdf").read_bytes() == b"%PDF original"
    assert (site / "secrets" / "secret_key").read_text() == secret
    with pytest.raises(Exception, match="entries stay"):
        ask(site, "DELETE FROM entry")


def test_nobody_else_can_read_a_backup(site, tmp_path):
    backup(site, "save", tmp_path / "landbridge.tar")
    assert (tmp_path / "landbridge.tar").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_what_is_no_backup_changes_nothing(site, tmp_path, content):
    (tmp_path / "wrong.tar").write_bytes(content)
    done = backup(site, "restore", tmp_path / "wrong.tar")
    assert done.returncode == 1
    assert "is not a backup of Landbridge" in done.stderr
    assert len(texts(site)) == 2


def test_a_backup_cut_short_changes_nothing(site, tmp_path):
    backup(site, "save", tmp_path / "whole.tar")
    with tarfile.open(tmp_path / "whole.tar") as whole:
        whole.extractall(tmp_path / "parts", members=expected(whole))
    dump = tmp_path / "parts" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:200])
    with tarfile.open(tmp_path / "cut.tar", "w") as cut:
        cut.add(dump, "database.dump")
        cut.add(tmp_path / "parts" / "manifest.json", "manifest.json")
    done = backup(site, "restore", tmp_path / "cut.tar")
    assert (done.returncode, "pg_restore failed" in done.stderr) == (1, True)
    assert len(texts(site)) == 2


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "media/../../outside", "venv/bin/python"])
def test_an_archive_that_reaches_elsewhere_is_refused_whole(site, tmp_path, name):
    with tarfile.open(tmp_path / "evil.tar", "w") as evil:
        evil.addfile(tarfile.TarInfo(name))
    done = backup(site, "restore", tmp_path / "evil.tar")
    assert (done.returncode, "is not a backup of Landbridge" in done.stderr) == (1, True)


def test_restoring_under_a_running_product_is_refused(site, tmp_path):
    held = try_lock(site / "supervisor.lock")
    done = backup(site, "restore", tmp_path / "any.tar")
    os.close(held)
    assert "stop it first" in done.stderr


def test_a_backup_needs_a_name(site):
    assert "make backup FILE=" in backup(site, "save", "").stderr
