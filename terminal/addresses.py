"""Where messages may be sent: addresses that others give us, and what must never be reached through them.

Whoever may name an address to which the terminal's machines send could have them knock at doors that only they can
reach: this machine, the site's own network, the cloud's keeper of secrets. So an address is https and leads to the
public internet, by its name and by every IP address the name stands for at the moment somebody sends. A name can be
moved between two looks: whoever sends connects to an address that was looked at, and looks again after a redirect.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from terminal.errors import Malformed, gettext_noop

LONGEST: Final = 2000
SHOWN: Final = 120
VISIBLE: Final = re.compile(r"[!#-;=?-\[\]_a-z~]+", re.ASCII)
LABEL: Final = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
NAME: Final = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*", re.ASCII)
LIKE_A_NUMBER: Final = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)\.?")
"""A name that ends so is read as an IP address by whoever connects: 127.1, 2130706433, 0x7f000001."""

NAT64: Final = IPv6Network("64:ff9b::/96")
PORTS: Final = {"https": 443, "http": 80}


class NotAnAddress(Malformed):
    """Messages cannot be sent there, whatever it leads to."""

    message = gettext_noop("%(url)s is no address for messages: %(why)s.")


class AddressInside(Malformed):
    """The address does not lead to the public internet."""

    message = gettext_noop("%(host)s leads to %(address)s, which is not on the public internet: nothing is sent there.")


NOT_WRITTEN_SO: Final = gettext_noop("an address has up to 2000 visible ASCII characters, and a host with its port")
NOT_HTTPS: Final = gettext_noop("it has to begin with https://")
WITH_MORE: Final = gettext_noop("neither a name with a password nor a part behind # belongs there")


@dataclass(frozen=True)
class Target:
    """An address taken apart. ``host`` in small letters, without brackets."""

    url: str
    host: str
    port: int


def require_target(url: str, *, inside: bool = False) -> Target:
    """The address taken apart. ``inside``: plain http, this machine and private networks will do as well.

    Raises ``NotAnAddress``, and ``AddressInside`` where the address itself says so already.
    """
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        raise NotAnAddress(url=url[:SHOWN], why=NOT_HTTPS)
    if parts.username is not None or parts.password is not None or "#" in url:
        raise NotAnAddress(url=url[:SHOWN], why=WITH_MORE)
    literal = _literal(host)
    if literal is None and (not NAME.fullmatch(host) or LIKE_A_NUMBER.fullmatch(host)):
        raise NotAnAddress(url=url[:SHOWN], why=NOT_WRITTEN_SO)
    if not inside:
        require_outside(host, [host] if literal is not None else ["127.0.0.1"] if _is_this_machine(host) else [])
    return Target(url, host, parts.port or PORTS[parts.scheme])


def require_outside(host: str, addresses: Iterable[str]) -> None:
    """Raise ``AddressInside`` when any of the IP addresses of a host is not on the public internet."""
    for address in addresses:
        if not is_outside(address):
            raise AddressInside(host=host[:SHOWN], address=address)


def is_outside(address: str) -> bool:
    """Whether an IP address is on the public internet, also where it carries another one within."""
    literal = _literal(address)
    if literal is None:
        return False
    carried = _within(literal) if isinstance(literal, IPv6Address) else []
    return all(each.is_global and not each.is_multicast for each in carried or [literal])


def _within(address: IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The IPv4 addresses an IPv6 address leads to: mapped, 6to4, Teredo, NAT64."""
    found: list[IPv4Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _split(url: str) -> SplitResult:
    try:
        if len(url) > LONGEST or not VISIBLE.fullmatch(url):
            raise ValueError(url)
        parts = urlsplit(url)
        if parts.port == 0 or not parts.hostname:
            raise ValueError(url)
    except ValueError as wrong:
        raise NotAnAddress(url=url[:SHOWN], why=NOT_WRITTEN_SO) from wrong
    return parts


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")
