"""The anti-smuggling branch stops boxes, whatever was declared, and lets them go again."""

from datetime import datetime

from django.db import transaction

from apps.containers.models import Hold, Visit
from apps.customs.models import Office
from apps.customs.services.rights import require_officer
from apps.customs.services.word import let_go, stop
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop

STOPS = {Office.Kind.ANTI_SMUGGLING.value, Office.Kind.BRANCH.value}


class NotAnAntiSmugglingOffice(Refused):
    """An office that clears goods holds a box by ordering an inspection, not in this way."""

    kind = "forbidden"
    message = gettext_noop("%(office)s is no anti-smuggling office.")


@transaction.atomic
def block(visits: list[Visit], office: Office, *, by: Actor, at: datetime, reason: str) -> list[Hold]:
    """Hold every step of the visits, under the office's code. Raises ``AnotherOffice``, ``OfficeIsClosed``."""
    _require_stops(office)
    require_officer(by, office)
    return stop(visits, reason=reason, reference=office.code, by=by, at=at, kept_by=office.code)


@transaction.atomic
def unblock(visits: list[Visit], office: Office, *, by: Actor, at: datetime) -> None:
    """Lift the holds the office placed on the visits; those of other offices stay."""
    _require_stops(office)
    require_officer(by, office)
    let_go(visits, reference=office.code, by=by, at=at, kept_by=office.code)


def _require_stops(office: Office) -> None:
    if office.kind not in STOPS:
        raise NotAnAntiSmugglingOffice(office=office.name)
