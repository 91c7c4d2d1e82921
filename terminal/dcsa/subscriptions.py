"""What a subscription of version 2.2 may say."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Final

from terminal.dcsa.wanted import FILTERS, Field, WrongParameter, require_filter
from terminal.errors import gettext_noop

CALLBACK, SECRET, ID = "callbackUrl", "secret", "subscriptionID"
FILTERS_OF_A_SUBSCRIPTION: Final = {**FILTERS, "transportDocumentTypeCode": Field(values=("BOL", "SWB"))}
FEWEST_BYTES, MOST_BYTES = 16, 256
"""What a secret may be long: below, it can be guessed."""

AN_OBJECT: Final = gettext_noop("a JSON object")
ONE_OF: Final = gettext_noop("one of %(values)s")
AN_ADDRESS: Final = gettext_noop("an address that begins with https://")
A_SECRET: Final = gettext_noop("Base64 of 16 to 256 bytes")
THE_SAME: Final = gettext_noop("the subscriptionID of the address, or left out")


@dataclass(frozen=True)
class Wish:
    """Where to, and which events: filters under the standard's names."""

    callback_url: str
    filters: dict[str, Any] = field(default_factory=dict)


def require_wish(body: Any, *, of: str = "") -> Wish:
    """What a subscription is to be. ``of``: the id of the one that is changed. Raises ``WrongParameter``."""
    said = require_members(body, (CALLBACK, *([ID] if of else []), *FILTERS_OF_A_SUBSCRIPTION))
    if of and str(said.get(ID, of)).lower() != of:
        raise WrongParameter(ID, said[ID], THE_SAME)
    address = said.get(CALLBACK)
    if not isinstance(address, str) or not address:
        raise WrongParameter(CALLBACK, address, AN_ADDRESS)
    return Wish(address, {name: _filter(name, said[name]) for name in FILTERS_OF_A_SUBSCRIPTION if name in said})


def require_secret(given: Any) -> str:
    """The shared secret, Base64. Raises ``WrongParameter``, which does not say it back."""
    try:
        key = base64.b64decode(given, validate=True) if isinstance(given, str) else b""
    except (binascii.Error, ValueError):
        key = b""
    if not FEWEST_BYTES <= len(key) <= MOST_BYTES:
        raise WrongParameter(SECRET, "…", A_SECRET)
    return str(given)


def require_members(body: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The members of a body, which may have these. Raises ``WrongParameter``."""
    if not isinstance(body, dict):
        raise WrongParameter("body", type(body).__name__, AN_OBJECT)
    for name in body:
        if name not in names:
            raise WrongParameter(name, "…", ONE_OF % {"values": ", ".join(names)})
    return body


def _filter(name: str, given: Any) -> Any:
    wanted = FILTERS_OF_A_SUBSCRIPTION[name]
    if wanted.values and not isinstance(given, list):
        raise WrongParameter(name, given, gettext_noop("a list"))
    return require_filter(name, given, wanted)
