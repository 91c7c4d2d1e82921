"""The wire: requests sent, many at once, to addresses that others gave.

# Note [Connected to what was checked]
A name is looked up here, what it stands for is checked, and the connection goes to exactly those IP addresses: a name
that stands for another one a moment later is asked again before it is used. The certificate is still checked for the
name. Redirects are not followed, proxies of the environment not used, cookies not kept.
"""

import asyncio
import socket
import time
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings
from yarl import URL

from apps.common import outbound
from terminal.addresses import Target, require_outside, require_target
from terminal.errors import Refused

TIMEOUT: Final = aiohttp.ClientTimeout(total=15, sock_connect=5)
"""Whoever has not answered by then has not taken it."""

KEPT_BYTES: Final = 500
"""Bytes of the answer that are kept."""

NAMES_KEPT_S: Final = 30


class Parcel(Protocol):
    """What is sent where."""

    @property
    def url(self) -> str: ...

    @property
    def headers(self) -> dict[str, str]: ...

    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True)
class Answer:
    """What came back. ``status`` None: nothing did, ``words`` say why."""

    status: int | None
    took_ms: int
    words: str = ""
    retry_after: str = ""


class Checked(AbstractResolver):
    """Names stand only for addresses that the site lets messages go to: see Note [Connected to what was checked]."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The checked addresses of a name. Raises ``AddressInside``, and ``OSError`` where nobody knows it."""
        target = Target(host, host, port)
        found = await asyncio.get_running_loop().run_in_executor(None, outbound.addresses_of, target)
        if not found:
            raise OSError(f"nobody knows {host}")
        if not settings.MESSAGES_MAY_STAY_INSIDE:
            require_outside(host, found)
        return [_resolved(host, port, each) for each in found if family in (socket.AF_UNSPEC, _family(each))]

    async def close(self) -> None:
        """Nothing is held."""


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _resolved(host: str, port: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=host, host=address, port=port, family=_family(address), proto=0, flags=socket.AI_NUMERICHOST
    )


class Wire:
    """Connections that are kept and used again, within ``async with``."""

    def __init__(self) -> None:
        self.session: Any = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=0, resolver=Checked(), ttl_dns_cache=NAMES_KEPT_S, keepalive_timeout=30)
        self.session = aiohttp.ClientSession(
            connector=connector,
            timeout=TIMEOUT,
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept-Encoding", "Accept"),
        )
        return self

    async def __aexit__(self, *unused: object) -> None:
        await self.session.close()

    async def send(self, parcel: Parcel) -> Answer:
        """Send one. Never raises for what an address or a line may do."""
        began = time.monotonic()
        try:
            require_target(parcel.url, inside=settings.MESSAGES_MAY_STAY_INSIDE)
            return await self._post(parcel, began)
        except Refused as refusal:
            return Answer(None, _since(began), str(refusal))
        except TimeoutError:
            return Answer(None, _since(began), "no answer in time")
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as trouble:
            return Answer(None, _since(began), _words(trouble))

    async def _post(self, parcel: Parcel, began: float) -> Answer:
        async with self.session.post(
            URL(parcel.url, encoded=True), data=parcel.body, headers=parcel.headers, allow_redirects=False
        ) as answer:
            words = await _first_of(answer)
            return Answer(answer.status, _since(began), words, answer.headers.get("Retry-After", "")[:60])


async def _first_of(answer: aiohttp.ClientResponse) -> str:
    """The first bytes; where more follow, the line is cut instead of read to its end."""
    kept = b""
    try:
        while len(kept) < KEPT_BYTES and (read := await answer.content.read(KEPT_BYTES - len(kept))):
            kept += read
    except (TimeoutError, aiohttp.ClientError):
        answer.close()  # the status was said; what else would have come does not change it
    if not answer.content.at_eof():
        answer.close()
    return kept.decode("utf-8", errors="replace").replace("\0", "�")


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _words(trouble: BaseException) -> str:
    """The innermost reason, which says most."""
    cause = trouble.__cause__ or trouble
    return f"{type(cause).__name__}: {cause}".strip(": ")[:KEPT_BYTES]
