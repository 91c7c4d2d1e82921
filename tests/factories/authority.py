"""Customs' own system: it, and what it says."""

from typing import Any

import factory
import orjson

from apps.customs.models import Authority
from apps.customs.services.authority import Receipt, hear
from terminal.signatures import headers
from tests.factories.network import TerminalFactory

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class AuthorityFactory(factory.django.DjangoModelFactory):
    """The customs house's system at Lianyungang."""

    class Meta:
        model = Authority
        django_get_or_create = ("code",)

    terminal = factory.SubFactory(TerminalFactory)
    code = "lyg-customs"
    name = "Lianyungang Customs"
    secret = SECRET


def word(declaration: Any, kind: str, turn: int, at: Any, **more: Any) -> dict[str, Any]:
    """A message about a declaration, complete for its kind."""
    own: dict[str, dict[str, str]] = {
        "channel": {"channel": "yellow"},
        "referred": {"agency": "quarantine"},
        **{name: {"reason": "papers"} for name in ("query", "rejected", "release_revoked")},
    }
    told = {
        "reference": f"{declaration.number}-{turn}-{kind}",
        "kind": kind,
        "issued_at": at.isoformat(),
        "office": declaration.office.code,
        "declaration": declaration.number,
        "turn": turn,
    }
    return {**told, **own.get(kind, {}), **more}


def of_box(kind: str, number: str, office: str, at: Any, **more: Any) -> dict[str, Any]:
    """A message about one box."""
    why = {} if kind == "hold_lifted" else {"reason": "x-ray"}
    told = {"kind": kind, "issued_at": at.isoformat(), "office": office, "container": number, "hold": "H-1"}
    return {"reference": f"{kind}-{number}", **told, **why, **more}


def say(told: Any, at: Any, authority: Any = None, secret: str = SECRET) -> Receipt:
    """Hear it as it comes over HTTP, signed just then."""
    raw = told if isinstance(told, bytes) else orjson.dumps(told)
    signed = headers(secret, identifier="msg_1", at=at, body=raw)
    return hear(raw, signed, authority or AuthorityFactory(), at)
