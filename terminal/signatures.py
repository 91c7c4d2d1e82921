"""Standard Webhooks: how a message over HTTP proves who sent it and when (standardwebhooks.com, version 1).

The sender signs its identifier, the moment and the body with a secret both know. Whoever receives it refuses what is
unsigned, signed with another secret, or older or newer than a few minutes: a copy of an old message proves nothing.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from terminal.errors import Refused, gettext_noop

TOLERANCE: Final = timedelta(minutes=5)
PREFIX: Final = "whsec_"
LONGEST_ID: Final = 255


class BadSignature(Refused):
    """A message that nobody known has signed, or one that is too old. Which of both is said, and nothing else."""

    kind = "forbidden"
    message = gettext_noop("The signature of this message does not hold: %(why)s.")


UNSIGNED: Final = gettext_noop("webhook-id, webhook-timestamp and webhook-signature are needed")
NOT_NOW: Final = gettext_noop("its time is more than five minutes off")
NOT_OURS: Final = gettext_noop("it is signed with no secret that counts")


def key_of(secret: str) -> bytes:
    """The key that a secret stands for: Base64 after ``whsec_``. Raises ``ValueError`` for anything else."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as wrong:
        raise ValueError("a secret is Base64") from wrong
    if not secret.startswith(PREFIX) or len(key) < 24:
        raise ValueError("a secret begins with whsec_ and has 24 bytes or more")
    return key


def new_secret(noise: bytes) -> str:
    """A secret of that noise: 24 to 64 random bytes."""
    return PREFIX + base64.b64encode(noise).decode()


def signature(secret: str, *, identifier: str, at: datetime, body: bytes) -> str:
    """The ``webhook-signature`` of a message."""
    return _signed(secret, identifier, str(int(at.timestamp())), body)


def _signed(secret: str, identifier: str, stamp: str, body: bytes) -> str:
    told = b".".join([identifier.encode(), stamp.encode(), body])
    return "v1," + base64.b64encode(hmac.new(key_of(secret), told, hashlib.sha256).digest()).decode()


def headers(secret: str, *, identifier: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a signed message."""
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(secret, identifier=identifier, at=at, body=body),
    }


def require_signed(body: bytes, told: Mapping[str, str], secrets: Iterable[str], at: datetime) -> str:
    """The identifier of a message that one of the secrets has signed just now. Raises ``BadSignature``.

    ``told``: its headers, by their names in lower case. Several signatures stand with spaces between them; one that
    holds is enough, so that a secret can be changed.
    """
    identifier, stamp, given = (told.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (identifier and given and stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise BadSignature(why=UNSIGNED)
    if len(identifier) > LONGEST_ID or abs(datetime.fromtimestamp(int(stamp), UTC) - at) > TOLERANCE:
        raise BadSignature(why=NOT_NOW)
    known = [_signed(secret, identifier, stamp, body).encode() for secret in secrets]
    offered = [each.encode() for each in given.split(" ")[:8]]
    if not any([hmac.compare_digest(one, other) for one in known for other in offered]):  # noqa: C419 - every pair, in constant time
        raise BadSignature(why=NOT_OURS)
    return identifier
