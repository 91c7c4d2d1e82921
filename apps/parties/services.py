"""What programs asked is written down, and forgotten in time; a credential is replaced while the old one serves."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import orjson
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from redis.exceptions import LockError, ResponseError

from apps.parties.metering import LINES, meter
from apps.parties.models import ApiAccess, ApiClient, Credential, PartyKey

AT_ONCE: Final = 2_000
TAKEN: Final = f"{LINES}:taken"
ONE_KEEPER: Final = f"{LINES}:keeper"
LONGEST_S: Final = 300
UNWRITABLE: Final = (DataError, IntegrityError, ValidationError, ValueError, TypeError, LookupError, AttributeError)
"""What tells that a line is wrong, and not that the database is away."""

logger = logging.getLogger(__name__)


def keep_accesses() -> int:
    """Write down what programs asked since the last time: how many requests. Safe to run twice, and side by side.

    A line that cannot be written is dropped, and the log says so.
    """
    valkey = meter().valkey
    alone = valkey.lock(ONE_KEEPER, timeout=LONGEST_S, blocking=False)
    if not alone.acquire():
        return 0
    try:
        return _keep(valkey)
    finally:
        with suppress(LockError):  # it took longer, and another has begun meanwhile
            alone.release()


def _keep(valkey: Any) -> int:
    """Lines are taken aside under a name of their own and go when they are written.

    What another left, because it broke off or is still at it, comes first: while nothing can be written, no more is
    taken aside. To write a line twice does no harm.
    """
    written = sum(_keep_taken(valkey, left) for left in list(valkey.scan_iter(f"{TAKEN}:*", count=1_000)))
    taken = f"{TAKEN}:{uuid4()}"
    with suppress(ResponseError):  # nothing was asked
        valkey.rename(LINES, taken)
    return written + _keep_taken(valkey, taken)


def _keep_taken(valkey: Any, taken: str) -> int:
    """Nobody adds to a list that was taken aside: what is deleted has been read."""
    written = 0
    for begin in range(0, valkey.llen(taken), AT_ONCE):
        written += _write_down(valkey.lrange(taken, begin, begin + AT_ONCE - 1))
    valkey.delete(taken)
    return written


def _write_down(lines: list[bytes]) -> int:
    """Write what can be written: a batch that cannot is halved until the line that is to blame stands alone."""
    try:
        _write(lines)
    except UNWRITABLE as fault:
        if len(lines) == 1:
            logger.warning("a request cannot be written down: %r: %r", fault, lines[0][:500])
            return 0
        middle = len(lines) // 2
        return _write_down(lines[:middle]) + _write_down(lines[middle:])
    return len(lines)


@transaction.atomic
def _write(texts: list[bytes]) -> None:
    lines = [orjson.loads(text) for text in texts]
    rows = [ApiAccess(**line | {"at": datetime.fromisoformat(line["at"])}) for line in lines]
    ApiAccess.objects.bulk_create(rows, ignore_conflicts=True)
    connection.check_constraints()  # that a party is gone is told here, where its lines can still be left out
    latest = {row.credential: row.at for row in sorted(rows, key=lambda row: row.at)}
    for name, at in latest.items():
        kind, _colon, number = name.partition(":")
        used: Any = PartyKey.objects.filter(prefix=number)
        if kind == "client":
            used = ApiClient.objects.filter(client_id=number)
        used.exclude(last_used_at__gte=at).update(last_used_at=at)


def forget_accesses(*, at: datetime) -> int:
    """Forget what programs asked longer ago than the site keeps it: how many requests."""
    before = at - timedelta(days=settings.API_ACCESS_DAYS)
    gone, _each = ApiAccess.objects.filter(at__lt=before).delete()
    return gone


@transaction.atomic
def replace_key(old: PartyKey, *, ends_at: datetime) -> tuple[PartyKey, str]:
    """A further key for the same, and its text, which is told this once; the old one serves until ``ends_at``."""
    new = PartyKey(name=old.name, party=old.party, terminal=old.terminal, scopes=old.scopes, per_minute=old.per_minute)
    text = PartyKey.objects.assign_key(new)
    new.save()
    _end(old, "expiry_date", ends_at)
    return new, text


@transaction.atomic
def replace_client(old: ApiClient, *, ends_at: datetime) -> tuple[ApiClient, str]:
    """A further client for the same, and its secret, which is told this once; the old one serves until ``ends_at``."""
    kept = ("name", "party", "terminal", "scopes", "per_minute", "client_type", "authorization_grant_type")
    new = ApiClient(**{name: getattr(old, name) for name in kept})
    secret = new.client_secret
    new.save()
    _end(old, "ends_at", ends_at)
    return new, secret


def _end(old: Credential, column: str, at: datetime) -> None:
    """Never later than it would have ended anyway."""
    set_already = getattr(old, column)
    setattr(old, column, min(set_already, at) if set_already else at)
    old.save(update_fields=[column])
