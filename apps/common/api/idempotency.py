"""A POST that is sent twice is done once: the ``Idempotency-Key`` header (draft-ietf-httpapi-idempotency-key-header).

The answer is remembered in the transaction of the effect, so a crash leaves either both or neither. Refusals are not
remembered: the same key may be tried again with the same or a better body.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final, cast

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.parsers import TooLarge
from apps.common.api.renderers import dumps
from apps.common.models import RememberedAnswer
from terminal.errors import Malformed, Refused, gettext_noop

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS: Final = ("Location",)

Handler = Callable[..., Response]


class IdempotencyKeyMalformed(Malformed):
    """The key is empty, too long or holds something else than visible ASCII characters."""

    message = gettext_noop("The Idempotency-Key must be 1 to 255 visible ASCII characters without spaces.")


class IdempotencyKeyReused(Malformed):
    """The key was used for another request."""

    message = gettext_noop("This Idempotency-Key was already used for a request with other content.")


class StillInFlight(Refused):
    """A request with the same key is being worked on."""

    message = gettext_noop("A request with this Idempotency-Key is being worked on; ask again in a moment.")


class Idempotent(APIView):
    """Mixin, before the view: a POST with an ``Idempotency-Key`` already answered gets the first answer again.

    Same key and same request: status, body and Location of the first answer, with ``Idempotent-Replayed: true``. Same
    key, other path or body: 422 ``idempotency-key-reused``. Same key while the first is under way: 409
    ``still-in-flight``. Keys belong to one caller each and are kept for two days. Members named in ``told_once``
    (a new secret) are told in the first answer only: they are null in what is remembered.
    """

    idempotent = True
    told_once: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        fingerprint = _fingerprint(request) if _asks_for_it(request) else ""
        super().initial(request, *args, **kwargs)
        if fingerprint:
            first: Any = self
            first.post = _once(first.post, _caller(request), _key(request), fingerprint, self.told_once)


def _once(handler: Handler, caller: str, key: str, fingerprint: str, told_once: tuple[str, ...]) -> Handler:
    def post(request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            _lock(caller, key)
            known = RememberedAnswer.objects.filter(caller=caller, key=key).first()
            if known is not None:
                return _again(known, fingerprint)
            answer = handler(request, *args, **kwargs)
            if 200 <= answer.status_code < 300:
                _remember(answer, caller, key, fingerprint, told_once)
            return answer

    return post


def _lock(caller: str, key: str) -> None:
    """Take the key until the transaction ends, or refuse: nobody waits for a twin."""
    name = int.from_bytes(hashlib.sha256(f"{caller}\n{key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [name])
        (mine,) = cast(tuple[bool], cursor.fetchone())
    if not mine:
        raise StillInFlight


def _again(known: RememberedAnswer, fingerprint: str) -> Response:
    if known.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    body = None if known.body is None else orjson.loads(known.body)
    return Response(body, status=known.status, headers={**known.headers, REPLAYED: "true"})


def _remember(answer: Response, caller: str, key: str, fingerprint: str, told_once: tuple[str, ...]) -> None:
    """The body is kept as the text that was sent, so that a replay is the same to the byte; but for ``told_once``."""
    body = answer.data if not told_once else {**answer.data, **dict.fromkeys(told_once)}
    RememberedAnswer.objects.create(
        caller=caller,
        key=key,
        fingerprint=fingerprint,
        status=answer.status_code,
        headers={name: answer[name] for name in KEPT_HEADERS if name in answer},
        body=None if body is None else dumps(body).decode(),
    )


def _asks_for_it(request: Request) -> bool:
    return request.method == "POST" and HEADER in request.headers


def _key(request: Request) -> str:
    key = request.headers[HEADER]
    if not KEY.fullmatch(key):
        raise IdempotencyKeyMalformed
    return key


def _caller(request: Request) -> str:
    who: Any = request.user
    return str(who.pk) if isinstance(who.pk, str) else f"user:{who.pk}"


def _fingerprint(request: Request) -> str:
    """What makes two requests the same: method, path with query, body, to the byte."""
    plain = request._request
    try:
        body = plain.body
    except RequestDataTooBig as large:
        raise TooLarge from large
    return hashlib.sha256(f"{plain.method} {plain.get_full_path()}\n".encode() + body).hexdigest()
