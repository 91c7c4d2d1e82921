"""The secret a system of customs' signs with, and is signed for with."""

import os
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from apps.common.steps import ChangedMeanwhile
from apps.customs.models import Authority
from apps.parties.actors import Actor
from terminal.errors import Malformed, gettext_noop
from terminal.signatures import key_of, new_secret

CHANGE_WITHIN: Final = timedelta(days=7)
"""How long the former secret counts beside a new one."""

RIGHT: Final = "customs.change_authority"


class NoSecret(Malformed):
    """It could be guessed, or is none."""

    message = gettext_noop("A secret begins with whsec_ and is Base64 of 24 bytes or more.")


def fresh_secret() -> str:
    """A secret nobody has had."""
    return new_secret(os.urandom(32))


def change_secret(authority: Authority, secret: str, *, by: Actor, at: datetime) -> Authority:
    """Sign with another secret from now on; the former counts for seven days more.

    Raises ``NotYours``, ``NoSecret``, ``ChangedMeanwhile``.
    """
    by.require(RIGHT, authority.terminal)
    try:
        key_of(secret)
    except ValueError as wrong:
        raise NoSecret from wrong
    untouched = Authority.objects.filter(pk=authority.pk, secret=authority.secret)
    former = {"previous_secret": authority.secret, "previous_until": at + CHANGE_WITHIN}
    if not untouched.update(secret=secret, **former, version=F("version") + 1):
        raise ChangedMeanwhile(thing="authority")
    authority.refresh_from_db()
    return authority
