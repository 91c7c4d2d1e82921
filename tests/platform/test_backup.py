"""A backup brings back what was there, and a bad one changes nothing."""

import gzip
import io
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
from config.transaction_ids import EPOCH, Counter, use_up

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


def run(var, *command, **extra):
    bare = {"PATH": os.environ["PATH"], "HOME": "", "LANG": "C.UTF-8", "TERMINAL_VAR": str(var)}
    return subprocess.run(
        [sys.executable, *command], cwd=PROJECT, env=bare | extra, capture_output=True, text=True, timeout=120
    )


def backup(var, verb, archive, **extra):
    return run(var, "-m", "config.backup", verb, str(archive), **extra)


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


def foreign_archive():
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("."))
        tar.addfile(tarfile.TarInfo("holiday.jpg"))
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"not an archive", gzip.compress(b"nor this"), foreign_archive()],
    ids=["empty", "text", "compressed", "foreign"],  # a test whose name tells the time is another for each worker
)
def test_what_is_no_backup_changes_nothing(site, tmp_path, content):
    (tmp_path / "wrong.tar").write_bytes(content)
    done = backup(site, "restore", tmp_path / "wrong.tar")
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path / 'wrong.tar'} is not a backup of Landbridge, or it is not whole.\n"
    assert len(texts(site)) == 2


def test_an_archive_that_is_not_there_is_said_to_be_missing(site, tmp_path):
    done = backup(site, "restore", tmp_path / "none.tar")
    assert done.stderr == f"{tmp_path / 'none.tar'} cannot be read: No such file or directory.\n"


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


FAR = 5 * EPOCH
ONE_MORE = (
    "from django.utils import timezone; from apps.journal.models import Entry;"
    "from apps.journal.services import Happening, record; from apps.network.models import Terminal;"
    "from apps.journal.selectors import Place, read_on; from apps.reports.services import fold_journal;"
    "from terminal.events import EventKind; now = timezone.now();"
    "known, place = read_on(Place());"
    "details = {'mode': 'rail', 'size_type': '22G1', 'teu': '1.00', 'laden': True, 'call': 'X8001'};"
    "record(Happening(kind=EventKind.CONTAINER_DISCHARGED, terminal_id=Terminal.objects.earliest('pk').pk, at=now,"
    " actor='yard', container_number='CSQU3054383', payload=details));"
    "fresh, _ = read_on(place); days = fold_journal(at=now);"
    "print(len(known), len(fresh), len(days), Entry.objects.latest('pk').xid)"
)
SITE = """
import os
from config.environment import prepare
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
prepare()
import django
django.setup()
from tests.factories.network import TerminalFactory
TerminalFactory()
"""


def outside(var):
    """The variables that make the server of this folder somebody else's."""
    server = Postgres.at(var / "postgres")
    urls = {"DATABASE_URL": server.url(), "DATABASE_OWNER_URL": server.url(role=OWNER)}
    return urls | {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}


def must(var, *command):
    done = run(var, *command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def one_more(var):
    """What a reader finds: rows known, rows after one more was written, days counted, and that row's xid."""
    return list(map(int, must(var, "manage.py", "shell", "--no-imports", "-c", ONE_MORE).split()))


@pytest.fixture(scope="module")
def folders():
    with tempfile.TemporaryDirectory(prefix="lb-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def archive(folders):
    """Of a server five epochs on, with one entry that was read and counted."""
    server = Postgres.at(folders / "old" / "postgres", durable=False)
    server.folder.mkdir(parents=True)
    server.start()
    server.stop()
    server.begin_epoch(5)
    must(folders / "old", "manage.py", "migrate", "-v0")
    must(folders / "old", "-c", SITE)
    assert one_more(folders / "old")[:3] == [0, 1, 1]
    assert backup(folders / "old", "save", folders / "landbridge.tar").returncode == 0
    return folders / "landbridge.tar"


class TestReadingOn:
    """The journal of a server that has counted far, brought back to one that has only begun."""

    def test_on_a_new_server_readers_go_on_where_they_were(self, folders, archive):
        done = backup(folders / "new", "restore", archive)
        assert done.returncode == 0, done.stderr
        known, fresh, days, xid = one_more(folders / "new")
        assert (known, fresh, days) == (1, 1, 1)
        assert xid > FAR

    def test_on_the_server_it_was_taken_from_nothing_is_moved(self, folders, archive):
        assert backup(folders / "old", "restore", archive).returncode == 0
        known, fresh, days, xid = one_more(folders / "old")
        assert (known, fresh, days) == (1, 1, 1)
        assert xid < FAR + EPOCH

    def test_while_another_command_uses_the_server_it_is_refused_and_changes_nothing(self, site, archive):
        done = backup(site, "restore", archive)
        assert (done.returncode, "Another command uses the server" in done.stderr) == (1, True)
        assert len(texts(site)) == 2

    def test_a_server_of_somebody_elses_is_refused_with_what_to_do(self, site, archive, tmp_path):
        done = backup(tmp_path, "restore", archive, **outside(site))
        assert (done.returncode, "pg_resetwal --epoch=6" in done.stderr) == (1, True)
        assert len(texts(site)) == 2

    def test_there_a_small_gap_is_closed_id_by_id(self, site):
        place = {"host": str(Postgres.at(site / "postgres").sockets), "user": OWNER, "dbname": "landbridge"}
        wanted = Counter.of(place).next_id + 150_000
        use_up(place, wanted)
        assert Counter.of(place).next_id >= wanted
