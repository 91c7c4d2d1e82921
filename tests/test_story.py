"""The whole product as a stranger meets it: started, asked, filled, cleared, hit in every part, and stopped."""

import email
import email.policy
import mailbox
import os
import re
import signal
import subprocess
import urllib.parse
import urllib.request
from contextlib import closing
from http.cookiejar import CookieJar

import psycopg2
import pytest

from benchmarks.flow_import import write_flow
from config.embedded.ports import free_port
from config.embedded.postgres import APPLICATION, DATABASE, Postgres
from config.embedded.processes import wait_until
from config.embedded.valkey import Valkey
from tests.clients import make_python_client, run_collection, take_first_steps
from tests.running import Running, ask, folder_of_its_own, processes_of
from tests.webhooks.conftest import Receiver

pytestmark = pytest.mark.slow

LETTERS = 6
STAYS = 2000
LOOKS_EVERY_S = 1
MANAGER = "manager@"
YARDS = """SELECT message_id FROM notices_notice n JOIN alerts_alert a ON n.about = 'alert:' || a.public_id
    JOIN alerts_rule r ON r.id = a.rule_id WHERE r.metric = 'yard_teu'"""
"""Mails of the yard's alert. What the demo's other alerts say depends on the hour it is."""


class Story(Running):
    """One product under way, its mailbox, and a look into its database from outside."""

    def __init__(self, var):
        super().__init__(var, free_port(), MESSAGES_MAY_STAY_INSIDE="true")
        self.postgres = Postgres.at(var / "postgres")
        self.valkey = Valkey.at(var / "valkey")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def shown(self, what):
        """A credential as it is printed at the end."""
        return re.search(rf"^  {what} +(\S+)$", self.words(), re.M)[1]

    def box(self):
        """The container in the printed lines."""
        return re.search(r"/containers/(\w{11})/", self.words())[1]

    def connect(self, role="postgres"):
        return self.postgres.connect(role=role, database=DATABASE)

    def sql(self, statement, role="postgres"):
        with closing(self.connect(role)) as line, line.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def value(self, question):
        return self.sql(question)[0][0]

    def is_ready(self):
        return ask(self.port, "/readyz")[0] == 200

    def mails(self):
        box = mailbox.Maildir(self.var / "mailbox", create=False)
        return [email.message_from_bytes(box.get_bytes(key), policy=email.policy.default) for key in box.iterkeys()]

    def ids(self):
        return [str(mail["Message-ID"]).strip() for mail in self.mails()]

    def about_the_yard(self):
        """Mails of the yard's alert that reached the manager, their repeats left out."""
        told = {row[0] for row in self.sql(YARDS)}
        mine = [mail for mail in self.mails() if str(mail["To"]).startswith(MANAGER)]
        return list({mail["Message-ID"]: mail for mail in mine if str(mail["Message-ID"]).strip() in told}.values())

    def look_often(self):
        """Watch capacity every second and wait a moment instead of half a minute; beat sees it within five seconds."""
        self.sql("UPDATE alerts_rule SET pending_seconds = 2, recovery_seconds = 2")
        self.sql(
            f"""WITH often AS (INSERT INTO django_celery_beat_intervalschedule (every, period)
                VALUES ({LOOKS_EVERY_S}, 'seconds') RETURNING id)
            UPDATE django_celery_beat_periodictask SET interval_id = often.id FROM often WHERE name = 'watch capacity';
            UPDATE django_celery_beat_periodictasks SET last_update = now()"""
        )

    def is_looked_at_again(self, times=3):
        """Whether beat and worker read the yard so often from now on."""
        seen = {self.looked_at()}
        return wait_until(lambda: len(seen.add(self.looked_at()) or seen) > times, seconds=40, pause=0.2)

    def looked_at(self):
        return self.value(
            "SELECT observed_at FROM alerts_watch JOIN alerts_rule r ON r.id = rule_id WHERE metric = 'yard_teu'"
        )

    def write_letters(self, batch):
        """Further notices like the last one, and wake the desk. Answers the Message-ID of each."""
        same = "public_id, version, user_id, terminal_id, recipient, language, about, subject, text, html, image"
        fresh = same.replace("public_id", "gen_random_uuid()").replace("about", f"'{batch}'")
        self.sql(
            f"""INSERT INTO notices_notice
                ({same}, message_id, state, created_at, next_attempt_at, attempts, give_up_at)
            SELECT {fresh}, format('<{batch}-%s@terminal.example>', n), 'waiting', now(), now(), 0, now() + '1 d'
            FROM (SELECT * FROM notices_notice ORDER BY id DESC LIMIT 1) last, generate_series(1, {LETTERS}) n;
            NOTIFY landbridge_notices"""
        )
        return {row[0] for row in self.sql(f"SELECT message_id FROM notices_notice WHERE about = '{batch}'")}

    def waiting(self):
        return self.value("SELECT count(*) FROM notices_notice WHERE state = 'waiting'")

    def kill_postgres(self):
        pid = int((self.var / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        return pid

    def came_back(self, was, now):
        """Somebody else answers now."""
        return wait_until(lambda: now() not in (None, was), seconds=30, pause=0.1)

    def heart(self, process):
        return self.value(f"SELECT seen_at FROM notices_heartbeat WHERE process = '{process}'")


@pytest.fixture(scope="module")
def story():
    with folder_of_its_own() as var:
        var.mkdir()
        told = Story(var)
        try:
            yield told.until(r"\] ready").until(r"Logs: ")
        finally:
            told.end()


@pytest.fixture
def receiver():
    """Where messages may go: the product was told that they may stay on this machine."""
    there = Receiver()
    there.start()
    yield there
    there.stop()


def status_of(line):
    """The status a printed curl line is answered with."""
    done = subprocess.run(
        ["/bin/sh", "-c", f"{line} --noproxy '*' -o /dev/null -w '%{{http_code}}'"], capture_output=True, text=True
    )
    return int(done.stdout or 0)


def test_the_three_lines_it_prints_answer_as_printed(story):
    lines = re.findall(r"^curl .+$", story.words(), re.M)
    assert [status_of(line) for line in lines] == [201, 200, 200]
    assert status_of(lines[0]) == 201, "the same key is the same booking"


def test_the_pages_it_names_open_for_a_demo_user(story):
    visitor = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
    )

    def get(path, form=None):
        data = urllib.parse.urlencode(form).encode() if form else None
        with visitor.open(f"http://127.0.0.1:{story.port}{path}", data, timeout=20) as answer:
            return answer.url, answer.read().decode()

    assert "swagger" in get("/api/docs/")[1].lower()
    at_the_door, page = get("/mailbox/")
    assert "/admin/login/" in at_the_door
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    password = re.search(r"with the password\s+(\S+)", story.words())[1]
    inside, _page = get(
        "/admin/login/?next=/mailbox/", {"username": "manager", "password": password, "csrfmiddlewaretoken": token}
    )
    assert urllib.parse.urlsplit(inside).path == "/mailbox/"


def test_a_client_made_from_the_description_tracks_books_and_is_told(story, tmp_path, receiver):
    make_python_client(tmp_path)
    said = take_first_steps(tmp_path, story.url, story.shown("API key"), story.box(), receiver.url())
    assert re.search(r"container-(discharged|gated-in)", said)
    assert re.search(r"^WB-\d{4}-\d+: 10\.00 m²", said, re.M)
    assert re.search(r"^TB-\d{4}-\d+: a place on ", said, re.M)
    assert "its secret: whsec_" in said


def test_the_collection_runs_as_it_is(story, tmp_path, receiver):
    asked = {"client_id": story.shown("OAuth2 client"), "client_secret": story.shown("client secret")}
    run_collection(tmp_path, site=story.url, container=story.box(), hook=receiver.url(), **asked)
    assert receiver.got, "the knock came"
    assert "webhook-signature" in receiver.got[0].headers


def test_every_process_signs_in_as_the_application_which_cannot_rewrite_the_journal(story):
    others = f"datname = '{DATABASE}' AND pid <> pg_backend_pid()"
    assert story.sql(f"SELECT DISTINCT usename FROM pg_stat_activity WHERE {others}") == [(APPLICATION,)]
    for wish in ("UPDATE journal_entry SET actor = ''", "DELETE FROM journal_entry", "TRUNCATE journal_entry"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            story.sql(wish, role=APPLICATION)


def test_a_full_yard_is_told_once_with_the_plot_inside(story):
    story.look_often()
    story.finish("demo", "fill")
    assert wait_until(story.about_the_yard, seconds=60, pause=0.2)
    assert story.is_looked_at_again()
    (mail,) = story.about_the_yard()
    assert len(story.ids()) == len(set(story.ids()))
    assert mail.get_body(("plain",)).get_content().strip()
    assert "cid:plot" in mail.get_body(("html",)).get_content()
    (plot,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert (plot["Content-ID"], plot.get_content_disposition()) == ("<plot>", "inline")
    assert plot.get_content().startswith(b"\x89PNG")


def test_a_mail_taken_but_not_yet_stamped_is_repeated_under_the_same_message_id(story):
    catcher, desk = story.leader("config.mailcatcher"), story.leader("manage.py deliver")
    os.kill(catcher, signal.SIGSTOP)
    story.write_letters("first")
    in_hand = "SELECT id, message_id FROM notices_notice WHERE claimed_at IS NOT NULL"
    assert wait_until(lambda: story.sql(in_hand), seconds=15, pause=0.1)
    with closing(story.connect()) as line, line.cursor() as cursor:
        line.autocommit = False
        cursor.execute(f"{in_hand} FOR UPDATE")
        ((_pk, message_id),) = cursor.fetchall()
        os.kill(catcher, signal.SIGCONT)
        assert wait_until(lambda: message_id in story.ids(), seconds=20, pause=0.1)
        os.kill(catcher, signal.SIGSTOP)
        os.kill(desk, signal.SIGKILL)
    assert story.came_back(desk, lambda: story.leader("manage.py deliver"))
    os.kill(catcher, signal.SIGCONT)
    assert wait_until(lambda: story.ids().count(message_id) == 2, seconds=60, pause=0.2)


def test_whatever_is_killed_while_mails_wait_comes_back_and_every_mail_arrives(story):
    assert wait_until(lambda: story.waiting() == 0, seconds=60, pause=0.2)
    catcher = story.leader("config.mailcatcher")
    os.kill(catcher, signal.SIGSTOP)
    letters = story.write_letters("second")

    worker, seen_at = story.leader(" quick@"), story.heart("worker")
    os.kill(worker, signal.SIGKILL)
    assert story.came_back(worker, lambda: story.leader(" quick@"))
    assert wait_until(lambda: story.heart("worker") > seen_at, seconds=30, pause=0.2)

    valkey = story.valkey._pid()
    os.kill(valkey, signal.SIGKILL)
    assert story.came_back(valkey, story.valkey._pid)

    postgres = story.kill_postgres()
    assert story.came_back(postgres, story.postgres._pid)
    assert wait_until(story.is_ready, seconds=60, pause=0.2), ask(story.port, "/readyz")

    assert story.waiting() == LETTERS
    os.kill(catcher, signal.SIGCONT)
    assert wait_until(lambda: story.waiting() == 0, seconds=90, pause=0.2)
    assert story.value("SELECT count(*) FROM notices_notice WHERE state <> 'sent'") == 0
    assert letters <= set(story.ids())


def test_an_emptier_yard_is_told_once_although_everything_was_killed_meanwhile(story):
    story.look_often()
    story.finish("demo", "clear")
    assert wait_until(lambda: len(story.about_the_yard()) == 2, seconds=60, pause=0.2)
    assert story.is_looked_at_again()
    assert len(story.about_the_yard()) == 2
    open_yet = (
        "FROM alerts_alert a JOIN alerts_rule r ON r.id = rule_id WHERE metric = 'yard_teu' AND closed_at IS NULL"
    )
    assert story.value(f"SELECT count(*) {open_yet}") == 0


def test_postgresql_killed_in_the_middle_of_an_import_leaves_nothing_of_it(story):
    flow = str(write_flow(story.var / "flow.csv", STAYS))
    of_the_file = "SELECT count(*) FROM journal_entry WHERE container_number LIKE 'LBAU%'"
    files = story.value("SELECT count(*) FROM tracking_flowimport")
    writing = (
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND query LIKE 'INSERT INTO \"journal_entry\"%' AND query NOT LIKE '%UNNEST(%'"
    )
    with closing(story.connect()) as gate, closing(story.connect()) as line:
        gate.autocommit = False
        gate.cursor().execute("LOCK TABLE journal_entry IN SHARE MODE")  # nobody gets past this point, however quick
        line.autocommit = True
        process = story.begin("import_flow", flow)

        def is_writing():
            cursor = line.cursor()
            cursor.execute(writing)
            return cursor.fetchone() or process.poll() is not None

        assert wait_until(is_writing, seconds=120, pause=0.05)
        assert process.poll() is None
        # Held still while its server dies: the gate's process would notice first, open the gate and let it commit.
        (worker,) = is_writing()
        os.kill(worker, signal.SIGSTOP)
        postgres = story.kill_postgres()
        os.kill(worker, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert story.came_back(postgres, story.postgres._pid)
    assert wait_until(story.is_ready, seconds=60, pause=0.2)
    assert (story.value(of_the_file), story.value("SELECT count(*) FROM tracking_flowimport")) == (0, files)

    assert f"{STAYS} stays taken in" in story.finish("import_flow", flow)
    assert story.value(of_the_file) >= 2 * STAYS


def test_sigterm_stops_all_of_it(story):
    story.end()
    assert "] stopped" in story.words()
    assert "Traceback" not in story.words()
    assert wait_until(lambda: not processes_of(story.var), seconds=10), processes_of(story.var)
