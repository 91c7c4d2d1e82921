"""What every program of Landbridge needs in its environment before the settings are read.

``prepare()`` is called by ``manage.py``, by the web and worker entry points and by the tests. A variable that is set
already wins, one by one: with ``DATABASE_URL`` no PostgreSQL is started, with ``CELERY_BROKER_URL`` no Valkey.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from config.embedded.errors import CannotStart
from config.embedded.lease import Lease, Server, try_lock
from config.embedded.places import make_folder, var_folder
from config.embedded.ports import LOOPBACK, kept_port
from config.embedded.postgres import DATABASE, OWNER, Postgres
from config.embedded.secrets import kept_secret
from config.embedded.valkey import Valkey
from config.translations import compile_catalogues

OLDEST_POSTGRES = 17
TEST_SLOTS = 15
VALKEY_DATABASES_PER_SLOT = 64
SLOT = "LANDBRIDGE_TEST_SLOT"
leases: list[Lease] = []


@dataclass(frozen=True)
class Ground:
    """What this run stands on: its folder, and names that no other run uses at the same time."""

    var: Path
    database: str = DATABASE
    first_valkey_database: int = 0
    durable: bool = True


def prepare(*, tests: bool = False) -> None:
    """Fill ``os.environ``; start the embedded servers or join those that run, until this process ends.

    With ``tests`` everything lies under ``test`` in the folder, and several runs at once get a database each.
    Raises ``CannotStart`` with a sentence.
    """
    if tests and os.environ.get(SLOT):
        _take_own_valkey_databases(os.environ.get("PYTEST_XDIST_WORKER", ""))
        return
    ground = _test_ground() if tests else Ground(var=make_folder(var_folder()))
    os.environ["TERMINAL_VAR"] = str(ground.var)
    _set_database(ground)
    _set_valkey(ground)
    compile_catalogues(ground.var)
    os.environ.setdefault("MPLCONFIGDIR", str(ground.var / "cache" / "matplotlib"))
    _set_secret_key(ground.var)
    _set_mail(ground.var)


def too_old_a_server(server_version: int) -> str | None:
    """Why this PostgreSQL server is refused, or ``None``. ``server_version`` as libpq counts: 170004 is 17.4."""
    if server_version >= OLDEST_POSTGRES * 10_000:
        return None
    return (
        f"The PostgreSQL server of DATABASE_URL is version {server_version // 10_000}; Landbridge needs "
        f"{OLDEST_POSTGRES} or newer. Upgrade it, or unset DATABASE_URL to use the embedded one."
    )


def give_back() -> None:
    """End this process's use of the embedded servers, last taken first; the last user stops them."""
    while leases:
        leases.pop().give_back()


def _set_database(ground: Ground) -> None:
    if url := os.environ.get("DATABASE_URL"):
        os.environ.setdefault("DATABASE_OWNER_URL", url)
        return
    postgres = Postgres.at(ground.var / "postgres", durable=ground.durable)
    _take(postgres)
    os.environ["DATABASE_URL"] = postgres.url(database=ground.database)
    os.environ["DATABASE_OWNER_URL"] = postgres.url(role=OWNER, database=ground.database)


def _set_valkey(ground: Ground) -> None:
    if broker := os.environ.get("CELERY_BROKER_URL"):
        if broker.startswith(("redis://", "rediss://")):
            os.environ.setdefault("CACHE_URL", broker)
            os.environ.setdefault("REDIS_URL", broker)
        return
    valkey = Valkey.at(ground.var / "valkey", durable=ground.durable)
    _take(valkey)
    _point_at_valkey(valkey, ground.first_valkey_database)


def _point_at_valkey(valkey: Valkey, first: int) -> None:
    os.environ["CELERY_BROKER_URL"] = valkey.broker_url(database=first)
    os.environ.setdefault("CACHE_URL", valkey.cache_url(database=first + 1))
    os.environ.setdefault("REDIS_URL", valkey.cache_url(database=first + 1))


def _set_secret_key(var: Path) -> None:
    if os.environ.get("SECRET_KEY"):
        return
    if _production():
        raise CannotStart(
            "SECRET_KEY is not set: production takes its key from the environment (50 random characters)."
        )
    os.environ["SECRET_KEY"] = kept_secret(var / "secrets", "secret_key")


def _set_mail(var: Path) -> None:
    """Mail of the embedded default goes to the catcher; a server of one's own has its own mailboxes."""
    if _production() or os.environ.get("EMAIL_URL"):
        return
    os.environ["EMAIL_URL"] = f"smtp://{LOOPBACK}:{kept_port(var / 'mailcatcher.port')}"
    os.environ.setdefault("MAILBOX_DIR", str(var / "mailbox"))


def _production() -> bool:
    return os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".production")


def _take(server: Server) -> None:
    lease = Lease(server)
    lease.take()
    leases.append(lease)


def _test_ground() -> Ground:
    """Ground of the lowest slot that no other run holds; the slot is held until this process ends."""
    var = make_folder(var_folder() / "test")
    for slot in range(TEST_SLOTS):
        if try_lock(make_folder(var / "slots") / str(slot)) is not None:
            os.environ[SLOT] = str(slot)
            return Ground(var, f"{DATABASE}_{slot}", slot * VALKEY_DATABASES_PER_SLOT, durable=False)
    raise CannotStart(f"{TEST_SLOTS} test runs are under way in {var}; wait for one to end.")


def _take_own_valkey_databases(worker: str) -> None:
    """Test processes that run side by side must not take each other's tasks or cached values."""
    valkey = Valkey.at(var_folder() / "valkey", durable=False)
    if worker.startswith("gw") and os.environ["CELERY_BROKER_URL"].startswith(f"redis+socket://{valkey.socket}"):
        first = int(os.environ[SLOT]) * VALKEY_DATABASES_PER_SLOT + 2 * (int(worker[2:]) + 1)
        del os.environ["CACHE_URL"], os.environ["REDIS_URL"]
        _point_at_valkey(valkey, first)
