"""The production form: read as text where there is no engine, and its commands run for real on embedded servers."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import yaml

from config.embedded.identity import installed_programs
from config.embedded.lease import Lease
from config.embedded.places import PROJECT
from config.embedded.ports import free_port
from config.embedded.postgres import Postgres
from config.embedded.processes import wait_until
from config.embedded.valkey import Valkey
from config.supervisor import family

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("setup", "web", "worker", "heavy-worker", "beat", "desk", "webhooks")
TEXT = "\n".join(line for line in (PROJECT / "docker-compose.yml").read_text().splitlines() if not line.startswith("#"))
DOCKERFILE = (PROJECT / "Dockerfile").read_text()


def docker_has_compose():
    docker = shutil.which("docker")
    return bool(docker) and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0


class TestAsText:
    def test_every_process_of_the_embedded_default_is_a_service(self):
        def essence(command):
            return [word for word in map(str, command) if not word.startswith(("/", "-"))]

        processes = {"worker": family.WORKER, "beat": family.BEAT, "desk": family.DESK, "webhooks": family.HOOKS}
        for service, ours in processes.items():
            wanted = {"desk": "deliver", "webhooks": "dispatch_webhooks"}.get(service, service)
            assert wanted in essence(ours)
            assert wanted in essence(SERVICES[service]["command"])
        for service, ours in (("worker", family.WORKER), ("heavy-worker", family.HEAVY_WORKER)):
            queues = ours[ours.index("--queues") + 1]
            assert queues in SERVICES[service]["command"]
        assert "config.wsgi:application" in family.WEB
        assert "config.wsgi:application" in SERVICES["web"]["command"]

    @pytest.mark.parametrize("name", [name for name in SERVICES if name != "setup"])
    def test_every_service_that_stays_up_is_asked_how_it_is_and_restarted(self, name):
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"

    def test_no_secret_stands_in_the_file_and_none_has_a_default(self):
        secrets = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET_KEY)\w*)(:?[?-])?", TEXT)
        assert len(secrets) >= 6
        assert {how for _, how in secrets} == {":?"}
        assert not re.search(r"(?:PASSWORD|SECRET_KEY): +[^$\s]", TEXT)

    def test_the_application_never_learns_the_password_of_the_owner(self):
        for name in OURS[1:]:
            assert "OWNER" not in str(SERVICES[name]["environment"])

    def test_every_volume_and_every_mounted_file_exists(self):
        for service in SERVICES.values():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                assert (PROJECT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]

    def test_postgres_is_new_enough(self):
        assert int(SERVICES["postgres"]["image"].split(":")[1]) >= 17

    def test_the_image_runs_as_nobody_in_particular_and_holds_no_secret(self):
        assert re.search(r"^USER landbridge$", DOCKERFILE, re.M)
        assert DOCKERFILE.index("USER landbridge") < DOCKERFILE.index('CMD ["gunicorn"')
        assert "--require-hashes" in DOCKERFILE
        assert "HEALTHCHECK" in DOCKERFILE
        assert not re.search(r"(PASSWORD|SECRET_KEY)\s*=", DOCKERFILE)

    def test_what_is_local_stays_out_of_the_image(self):
        ignored = (PROJECT / ".dockerignore").read_text().split()
        assert {"var", ".git", ".env"} <= set(ignored)

    @pytest.mark.skipif(not docker_has_compose(), reason="no docker compose on this machine")
    def test_docker_compose_itself_accepts_the_file(self):
        names = set(re.findall(r"\$\{(\w+):\?", TEXT))
        done = subprocess.run(
            ["docker", "compose", "config", "--quiet"], cwd=PROJECT, env=os.environ | dict.fromkeys(names, "x"),
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def filled_in(value, given):
    """The value as compose would substitute it."""
    return re.sub(
        r"\$\{(\w+)(?::([?-])([^}]*))?\}",
        lambda m: given.get(m[1]) or (m[3] if m[2] == "-" else given[m[1]]),
        str(value),
    )


@pytest.fixture(scope="module")
def site():
    with tempfile.TemporaryDirectory(prefix="lb-", ignore_cleanup_errors=True) as folder:
        leases = [Lease(Postgres.at(Path(folder) / "postgres")), Lease(Valkey.at(Path(folder) / "valkey"))]
        for lease in leases:
            lease.take()
        yield Site(Path(folder), leases[0].server, leases[1].server)
        for lease in leases:
            lease.give_back()


@pytest.mark.slow
class TestForReal:
    """Each service's own command, with exactly the variables the file gives it; only addresses of servers differ."""

    def test_the_roles_script_makes_roles_with_passwords_grants_and_the_database(self, site):
        with closing(site.postgres.connect()) as superuser, superuser.cursor() as cursor:
            cursor.execute("DROP DATABASE landbridge")
        done = site.first_start()
        assert done.returncode == 0, done.stderr
        with closing(site.postgres.connect()) as superuser, superuser.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_authid WHERE rolname ~ '^landbridge_' AND rolpassword IS NOT NULL")
            assert cursor.fetchone() == (2,)

    def test_the_services_come_up_answer_their_probes_and_end_when_told(self, site):
        done = site.run("setup")
        assert done.returncode == 0, done.stdout + done.stderr
        running = {name: site.start(name) for name in OURS[1:]}
        try:
            assert wait_until(lambda: site.probe("web"), seconds=60, pause=0.5), site.log("web")
            assert wait_until(lambda: site.probe("worker"), seconds=60, pause=0.5), site.log("worker")
            assert wait_until(lambda: site.probe("desk"), seconds=60, pause=0.5), site.log("desk")
            assert wait_until(site.is_ready, seconds=60, pause=0.5)
            assert site.redirects_to_tls()
        finally:
            for process in running.values():
                process.send_signal(signal.SIGTERM)
            codes = {name: process.wait(40) for name, process in running.items()}
        assert codes == dict.fromkeys(running, 0)

    def test_a_process_that_is_not_there_fails_its_probe(self, site):
        assert not site.probe("web")

    def test_the_application_role_cannot_touch_what_it_does_not_own(self, site):
        with (
            closing(site.postgres.connect(role="landbridge_app", database="landbridge")) as us,
            us.cursor() as cursor,
            pytest.raises(psycopg2.errors.InsufficientPrivilege),
        ):
            cursor.execute("DROP TABLE notices_heartbeat")


class Site:
    """The given values of one production site on embedded servers."""

    def __init__(self, folder, postgres, valkey):
        self.folder, self.postgres, self.valkey, self.port = folder, postgres, valkey, free_port()
        self.given = {
            "SECRET_KEY": "k" * 50, "POSTGRES_PASSWORD": "p1", "DATABASE_OWNER_PASSWORD": "p2",
            "DATABASE_APP_PASSWORD": "p3", "ALLOWED_HOSTS": "terminal.example", "SITE_URL": "https://terminal.example",
        }  # fmt: skip
        self.servers = {
            "DATABASE_URL": postgres.url(), "DATABASE_OWNER_URL": postgres.url(role="landbridge_owner"),
            "CELERY_BROKER_URL": valkey.broker_url(), "CACHE_URL": valkey.cache_url(),
        }  # fmt: skip

    def environment(self, service):
        named = {key: filled_in(value, self.given) for key, value in SERVICES[service]["environment"].items()}
        addresses = {key: value for key, value in self.servers.items() if key in named}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        image = {"PATH": path, "TERMINAL_VAR": str(self.folder / "files"), "BIND": "127.0.0.1", "PORT": str(self.port)}
        return image | named | addresses | {"HOME": ""}

    def run(self, service):
        return subprocess.run(
            SERVICES[service]["command"], cwd=PROJECT, env=self.environment(service),
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def start(self, service):
        with (self.folder / f"{service}.log").open("w") as log:
            return subprocess.Popen(
                SERVICES[service]["command"], cwd=PROJECT, env=self.environment(service), stdout=log, stderr=log
            )

    def log(self, service):
        return (self.folder / f"{service}.log").read_text()

    def probe(self, service):
        command = SERVICES[service]["healthcheck"]["test"][1:]
        done = subprocess.run(command, cwd=PROJECT, env=self.environment(service), capture_output=True)
        return done.returncode == 0

    def ask(self, path, **headers):
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay())
            with opener.open(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def is_ready(self):
        return self.ask("/readyz", Host="terminal.example") == 200

    def redirects_to_tls(self):
        return self.ask("/admin/", Host="terminal.example") == 301

    def first_start(self):
        script = PROJECT / "config" / "embedded" / "first-start.sh"
        settings = {
            "PATH": f"{installed_programs()}:{os.environ['PATH']}", "PGHOST": str(self.postgres.sockets),
            "ROLES_FOLDER": str(script.parent),
        }  # fmt: skip
        given = {key: self.given[key] for key in SERVICES["postgres"]["environment"] if key in self.given}
        return subprocess.run([str(script)], env=settings | given, capture_output=True, text=True, timeout=60)
