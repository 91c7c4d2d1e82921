"""Before anything is sent to an address that others gave: whether it leads to where the site allows."""

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import Final

from django.conf import settings

from terminal.addresses import Target, require_outside, require_target

SECONDS: Final = 2.0
"""How long a name is looked up."""

asking = ThreadPoolExecutor(max_workers=16, thread_name_prefix="names")


def require_reachable(url: str) -> Target:
    """The address, when the site lets messages go there. Raises ``NotAnAddress`` and ``AddressInside``.

    A name that nobody knows, or not in time, passes: whoever sends looks again. With ``MESSAGES_MAY_STAY_INSIDE``
    everything passes that is an address.
    """
    target = require_target(url, inside=settings.MESSAGES_MAY_STAY_INSIDE)
    if not settings.MESSAGES_MAY_STAY_INSIDE:
        require_outside(target.host, addresses_of(target))
    return target


def addresses_of(target: Target) -> list[str]:
    """The IP addresses its host stands for now; none where nobody knows it, or not in time."""
    try:
        return asking.submit(_look_up, target.host, target.port).result(timeout=SECONDS)
    except (OSError, UnicodeError, TookTooLong):
        return []


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
