"""Cursors: signed, and good for one party's one question only."""

import hashlib
from collections.abc import Mapping
from typing import Final

from django.core.signing import BadSignature, Signer

from apps.parties.api.authentication import Caller
from apps.tracking.dcsa import Behind
from terminal.dcsa.wanted import WrongParameter
from terminal.errors import gettext_noop

NOT_PART_OF_IT: Final = frozenset({"cursor", "limit"})
"""What may change from page to page."""

A_CURSOR: Final = gettext_noop("the Next-Page-Cursor of the page before, with the parameters of that page")


def written(behind: Behind, caller: Caller, question: Mapping[str, str], path: str) -> str:
    """The cursor, for a header and an address."""
    return _signer(caller, question, path).sign_object([behind.horizon, *behind.keys])


def read(cursor: str, caller: Caller, question: Mapping[str, str], path: str) -> Behind:
    """The place a cursor stands for. Raises ``WrongParameter`` for one that was given to another question or party."""
    try:
        horizon, *keys = _signer(caller, question, path).unsign_object(cursor)
    except BadSignature as odd:
        raise WrongParameter("cursor", cursor, A_CURSOR) from odd
    return Behind(horizon, tuple(keys))


def _signer(caller: Caller, question: Mapping[str, str], path: str) -> Signer:
    asked = [f"{name}={question[name]}" for name in sorted(question) if name not in NOT_PART_OF_IT]
    whose = "\n".join([path, str(caller.party.pk), str(caller.terminal.pk), *asked])
    return Signer(salt=f"track-and-trace:{hashlib.sha256(whose.encode()).hexdigest()}", sep=".")
