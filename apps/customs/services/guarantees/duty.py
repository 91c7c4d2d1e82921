"""What is due of a declaration, as customs states it."""

from datetime import datetime

from django.db.models import F

from apps.customs.models import Declaration
from apps.customs.services.memory import journal
from apps.parties.actors import Actor
from terminal.customs.goods import MOST_MINOR
from terminal.errors import Malformed, gettext_noop
from terminal.events import EventKind


class NotADuty(Malformed):
    """A duty below nought, or in no currency."""

    message = gettext_noop(
        "A duty of %(duty_minor)s in %(currency)s: name nought or more, and three letters (ISO 4217)."
    )


def state_duty(declaration: Declaration, duty_minor: int, currency: str, *, by: Actor, at: datetime) -> None:
    """Write down what is due, within a transaction; who says so is asked before. Raises ``NotADuty``."""
    code = currency.strip().upper()
    if not 0 <= duty_minor <= MOST_MINOR or not is_currency(code):
        raise NotADuty(duty_minor=duty_minor, currency=currency[:20] or "—")
    due = {"duty_minor": duty_minor, "currency": code}
    Declaration.objects.filter(pk=declaration.pk).update(**due, version=F("version") + 1)
    declaration.duty_minor, declaration.currency, declaration.version = duty_minor, code, declaration.version + 1
    journal(declaration, EventKind.DECLARATION_CHANGED, by, at, amount_minor=duty_minor, currency=code)


def is_currency(code: str) -> bool:
    """Whether it is three letters (ISO 4217)."""
    return len(code) == 3 and code.isascii() and code.isalpha()
