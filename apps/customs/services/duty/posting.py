"""One report over HTTP to customs' own system, and what it answered."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from apps.customs.models import Authority

TIMEOUT_S: Final = 10
LONGEST_ANSWER: Final = 65_536


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. ``accepted``: the report is there (2xx). ``acknowledged`` None: customs has not said yet.

    ``reached`` is false where nobody answered.
    """

    accepted: bool
    words: str
    acknowledged: bool | None = None
    reached: bool = True


class _Stay(urllib.request.HTTPRedirectHandler):
    """A signed report goes to the address that was agreed on, and to no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def post(authority: Authority, body: bytes, signed: dict[str, str]) -> Reply:
    """Send it. Whatever goes wrong is a reply, too."""
    if urlsplit(authority.inbox_url).scheme not in ("http", "https"):
        return Reply(accepted=False, words="not an http address")
    headers = {"Content-Type": "application/json", "User-Agent": "landbridge", **signed}
    request = urllib.request.Request(authority.inbox_url, body, headers, method="POST")
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as answer:
            return _reply(f"{answer.status} {answer.reason}", answer.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as refused:
        with refused:
            return Reply(accepted=False, words=_words(f"{refused.code} {refused.reason}"))
    except (OSError, HTTPException, ValueError) as broken:
        return Reply(accepted=False, words=_words(str(broken) or type(broken).__name__), reached=False)


def _reply(status: str, raw: bytes) -> Reply:
    """Taken; a body that is the answer at once says so, any other is no answer."""
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError:
        told = None
    said = told.get("acknowledged") if isinstance(told, dict) else None
    if not isinstance(said, bool) or told is None:
        return Reply(accepted=True, words=_words(status))
    answer = told.get("answer")
    return Reply(accepted=True, words=_words(answer) if isinstance(answer, str) else "", acknowledged=said)


def _words(text: str) -> str:
    """What of it can be kept and read."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:500]).strip()
