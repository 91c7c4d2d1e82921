"""The short way for what machines poll: a GET with an API key, answered without the framework around it.

# Note [The short way]
Programs ask the same question thousands of times a minute, and of the time its answer took, most went into what stands
around every request. Here the plain case is answered at once: GET, an API key, JSON, a connection that is warm. The
rules are those of the long way: the key's row is read for every request, so that what is revoked is refused by the
next one; scope, rate, the note of what was asked and the rows of one party alone are as everywhere. Whatever is not
plain, and whatever goes wrong, goes the long way, which says no in full. What stands in the head of an answer is learnt
from there, too: the first request of each host goes the long way, and its head is kept.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic, time
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.common.middleware import is_warm, keep_warm
from apps.common.prepared import Prepared
from apps.parties.api.authentication import CLOCK, KEY, Caller, caller_with, proves
from apps.parties.api.keys import STAMP, key_from, row_by_prefix
from apps.parties.api.noting import line
from apps.parties.metering import Standing, meter
from apps.parties.models import Party, PartyKey
from apps.parties.rows import look_as

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Head = list[tuple[str, str]]

PLAIN: Final = frozenset({"", "*/*", "application/json"})
"""What ``Accept`` says where nothing has to be chosen."""

WORD: Final = "Api-Key "
HOSTS: Final = ("HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
STANDING: Final = "landbridge.standing"
"""Where in the environment it stands that this request has been counted."""

OF_ONE_ANSWER: Final = frozenset({"content-length", "ratelimit", "ratelimit-policy", CLOCK.lower()})
MOST_HOSTS: Final = 64
MOST_KEYS: Final = 1024
STAMPS: Final = Prepared("key_stamp", ("varchar",), STAMP.format(prefix="$1"))


@dataclass(frozen=True)
class Asking:
    """A question on its way: who asks, the address, the query, what its one statement begins with (see ``look_as``)."""

    who: "SignedIn"
    address: re.Match[str]
    query: str
    before: str
    environ: dict[str, Any]


@dataclass(frozen=True)
class Told:
    """Its answer: the stamp of the key (see ``STAMP``), the JSON, and what the head says of this answer alone.

    Without JSON the question goes the long way.
    """

    stamp: str | None
    body: bytes | None
    head: Head = field(default_factory=list)


@dataclass(frozen=True)
class Lane:
    """A question that may go the short way. ``says``: the names, in small letters, of headers that ``answer`` tells."""

    address: re.Pattern[str]
    scope: str
    answer: Callable[[Asking], Told]
    says: frozenset[str] = frozenset()


# Note [A key remembered]
# Who a key stands for is remembered with the stamp of its rows, and every question brings the stamp along, read by the
# same statement as its answer. Where it is another one, or none because the key was revoked, the answer is thrown away.
@dataclass(frozen=True)
class SignedIn:
    """Who asks, by which key; ``stamp``: as its rows stood. See Note [A key remembered]."""

    caller: Caller
    prefix: str = ""
    stamp: str | None = None


@dataclass
class Keys:
    """The keys this process has met."""

    known: dict[str, tuple[PartyKey, SignedIn]] = field(default_factory=dict)

    def __call__(self, header: str) -> SignedIn | None:
        """Who asks, where ``Authorization`` is an API key that was good when it was last read."""
        key = header[len(WORD) :]
        if not header.startswith(WORD) or not KEY.fullmatch(key):
            return None
        prefix = key.partition(".")[0]
        found, who = self.known.get(prefix) or self._meet(prefix)
        return who if found is not None and proves(found, key) else None

    def forget(self, prefix: str) -> None:
        """Read the key anew the next time."""
        self.known.pop(prefix, None)

    def _meet(self, prefix: str) -> tuple[PartyKey | None, SignedIn | None]:
        stamps = STAMPS.rows(prefix)
        row = row_by_prefix(prefix)
        if not stamps or row is None:
            return None, None
        found = key_from(row)
        who = SignedIn(caller_with(found), prefix, stamps[0][0])
        if len(self.known) >= MOST_KEYS:
            self.known.clear()
        self.known[prefix] = found, who
        return found, who


class ShortWay:
    """A WSGI application around another one. See Note [The short way]."""

    def __init__(self, long_way: Application, lanes: Iterable[Lane], sign_in: Any = None) -> None:
        self.long_way = long_way
        self.lanes = tuple(lanes)
        self.sign_in = sign_in or Keys()
        self.heads: dict[tuple[Any, ...], Head] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer."""
        for lane in self.lanes if _is_plain(environ) else ():
            if address := lane.address.fullmatch(environ["PATH_INFO"]):
                return self._by(lane, address, environ, start_response)
        return self.long_way(environ, start_response)

    def _by(self, lane: Lane, address: re.Match[str], environ: Any, start_response: Any) -> Iterable[bytes]:
        host = lane.address, *(environ.get(name) for name in HOSTS)
        head = self.heads.get(host)
        if head is None:
            return self.long_way(environ, self._learning(lane, host, start_response))
        try:
            body, told = self._answer(lane, address, environ)
        except Exception:  # whatever it was, the long way says it in full
            return self.long_way(environ, start_response)
        start_response("200 OK", [*head, *told, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, lane: Lane, address: re.Match[str], environ: dict[str, Any]) -> tuple[bytes, Head]:
        """The body, and what its head says of this answer alone. Raises ``_LongWay``."""
        began, at = monotonic(), timezone.now()
        if not is_warm() or connection.in_atomic_block:
            raise _LongWay
        keep_warm()
        who = self.sign_in(environ.get("HTTP_AUTHORIZATION", ""))
        if who is None or lane.scope not in who.caller.scopes or not _may_go(who.caller):
            raise _LongWay
        standing = _standing(who.caller, environ)
        query = environ.get("QUERY_STRING", "")
        told = lane.answer(Asking(who, address, query, look_as(who.caller.party.pk), environ))
        if told.stamp != who.stamp:
            self.sign_in.forget(who.prefix)
            raise _LongWay
        if told.body is None:
            raise _LongWay
        path = f"{address.string}?{query}" if query else address.string
        seconds = monotonic() - began
        meter().note(line(who.caller, "GET", path, 200, at, seconds, environ.get("REMOTE_ADDR", "")))
        return told.body, [*told.head, *(standing.headers().items() if standing else ())]

    def _learning(self, lane: Lane, host: tuple[Any, ...], start_response: Callable[..., Any]) -> Callable[..., Any]:
        def start(status: str, headers: Head, *more: Any) -> Any:
            names = {name.lower() for name, _value in headers}
            if status == "200 OK" and "set-cookie" not in names and len(self.heads) < MOST_HOSTS:
                self.heads[host] = [each for each in headers if each[0].lower() not in OF_ONE_ANSWER | lane.says]
            return start_response(status, headers, *more)

        return start


def _may_go(who: Caller) -> bool:
    """Owners read everybody's rows, and a sandbox has a clock of its own."""
    return who.party.kind != Party.Kind.OWNER and not who.terminal.sandbox


class _LongWay(Exception):
    """The short way does not lead there."""


def _is_plain(environ: dict[str, Any]) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("HTTP_ACCEPT", "") in PLAIN
        and "HTTP_COOKIE" not in environ
        and "HTTP_ACCEPT_LANGUAGE" not in environ
        and not environ.get("SCRIPT_NAME")
        and not environ.get("CONTENT_LENGTH")
    )


def _standing(who: Caller, environ: dict[str, Any]) -> Standing | None:
    """Count the request once, whichever way it goes in the end."""
    limit = settings.API_REQUESTS_PER_MINUTE if who.per_minute is None else who.per_minute
    if not limit:
        return None
    standing = environ[STANDING] = meter().ask(who.name, limit, time())
    if not standing.allowed:
        raise _LongWay
    return standing
