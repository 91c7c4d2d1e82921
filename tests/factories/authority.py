"""Customs' own system: it, what it says, and what it is told."""

from datetime import timedelta
from typing import Any

import factory
import orjson
from django.utils import timezone

from apps.customs.models import Authority, DutyReport
from apps.customs.services.authority import Receipt, hear
from apps.customs.services.duty import make_arrival_report
from apps.parties.actors import Actor
from terminal.signatures import headers
from tests.factories.calls import CallFactory
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


def a_duty_report(**more: Any) -> DutyReport:
    """An arrival report of a train without boxes, made now."""
    now = timezone.now()
    call = CallFactory(working=True, arrived_at=now - timedelta(hours=1))
    report = make_arrival_report(call, by=Actor.itself("test"), at=now)
    assert report is not None
    DutyReport.objects.filter(pk=report.pk).update(**more)
    report.refresh_from_db()
    return report
