"""What programs asked is written down, and forgotten in time; a credential is replaced while the old one serves."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import transaction
from redis.exceptions import LockError, ResponseError

from apps.parties.metering import LINES, meter
from apps.parties.models import ApiAccess, ApiClient, Credential, PartyKey

AT_ONCE: Final = 2_000
TAKEN: Final = f"{LINES}:taken"
ONE_KEEPER: Final = f"{LINES}:keeper"
LONGEST_S: Final = 300


def keep_accesses() -> int:
    """Write down what programs asked since the last time: how many requests. Safe to run twice, and side by side."""
    valkey = meter().valkey
    try:
        with valkey.lock(ONE_KEEPER, timeout=LONGEST_S, blocking=False):
            return _keep(valkey)
    except LockError:
        return 0


def _keep(valkey: Any) -> int:
    """Lines are taken aside first and go when they are written: what breaks off is taken up again by the next."""
    with suppress(ResponseError):  # nothing was asked
        valkey.renamenx(LINES, TAKEN)
    total = valkey.llen(TAKEN)
    for begin in range(0, total, AT_ONCE):
        _write([orjson.loads(line) for line in valkey.lrange(TAKEN, begin, begin + AT_ONCE - 1)])
    valkey.delete(TAKEN)
    return int(total)


@transaction.atomic
def _write(lines: list[dict[str, Any]]) -> None:
    rows = [ApiAccess(**line | {"at": datetime.fromisoformat(line["at"])}) for line in lines]
    ApiAccess.objects.bulk_create(rows, ignore_conflicts=True)
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
