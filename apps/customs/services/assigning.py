"""Which office has a declaration: the one with the least work of those it falls to; handed over with a reason.

# Note [Never to nobody]
A declaration that no rule of jurisdiction covers goes to the office that takes the rest, and is reported. So does one
whose offices are all out of service. Where no office takes the rest, or that one is switched off, it goes to whichever
office in service has the least work: a declaration that lies nowhere would be looked at by nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.common.bulk import run
from apps.common.steps import ChangedMeanwhile
from apps.customs.models import Declaration, Office
from apps.customs.selectors import OfficeLoad, loads, mean_given, offices_with_jurisdiction
from apps.customs.services.clocks import hand_clock_over
from apps.customs.services.inspecting.ordering import hand_inspections_over
from apps.customs.services.memory import journal
from apps.customs.services.rights import RIGHT, OfficeIsClosed, require_of
from apps.customs.services.word import keep_asked
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.customs.workload import least_loaded
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DECLARATION


class NoOfficeTakesDeclarations(Refused):
    """Every office that takes declarations is switched off."""

    message = gettext_noop("No customs office at %(terminal)s takes declarations now.")


@dataclass(frozen=True, slots=True)
class Choice:
    """The office a declaration goes to, and why, with the numbers of those that were asked."""

    office: Office
    reason: str


def choose_office(declaration: Declaration, *, at: datetime) -> Choice:
    """The office that is to take the declaration. Within the transaction that gives it there.

    One choice at a time a terminal: who comes next sees what was given here. Raises ``NoOfficeTakesDeclarations``.
    """
    terminal, named = declaration.terminal, offices_with_jurisdiction(declaration, at)
    run("SELECT pg_advisory_xact_lock(hashtextextended('customs assigns', %s))", [terminal.pk])
    known = loads(terminal, at)
    if not known:
        raise NoOfficeTakesDeclarations(terminal=terminal.name)
    able = [each for each in known if each.office.pk in named]
    if able:
        return _least(able, known, "least work expected")
    why = "those it falls to are out of service" if named else "no rule covers it"
    return _the_rest(known, why)


def _the_rest(known: Sequence[OfficeLoad], why: str) -> Choice:
    rest = next((each.office for each in known if each.office.takes_the_rest), None)
    if rest is not None:
        return Choice(rest, f"{why}: {rest.code} takes the rest")
    return _least(known, known, f"{why}, and no office in service takes the rest; least work expected")


def _least(able: Sequence[OfficeLoad], known: Sequence[OfficeLoad], why: str) -> Choice:
    mean = mean_given(known)
    chosen = least_loaded((each.load for each in able), mean)
    by_code = {each.office.code: each for each in able}
    order = [chosen, *(each.load for each in able if each.load is not chosen)]
    told = "; ".join(_told(by_code[each.code], mean) for each in order)
    return Choice(by_code[chosen.code].office, f"{why}: {told}")


def _told(each: OfficeLoad, mean: float) -> str:
    above = max(0.0, each.given - mean)
    surplus = f" and {above:.0f} given above the mean" if above >= 1 else ""
    return f"{each.office.code} {each.remaining:.0f} min{surplus}"


def office_for_now(terminal: Terminal) -> Office:
    """Where a draft is kept until it is submitted. Raises ``NoOfficeTakesDeclarations``."""
    offices = Office.objects.filter(terminal=terminal, clears=True, active=True)
    found = offices.order_by("-takes_the_rest", "code").first()
    if found is None:
        raise NoOfficeTakesDeclarations(terminal=terminal.name)
    return found


@transaction.atomic
def hand_over(declaration: Declaration, office: Office, *, by: Actor, at: datetime, reason: str) -> Declaration:
    """Give the declaration to another office in service, and say why. Works from an office that is switched off too.

    The clock that runs goes on at the new office, and so do open inspections. Raises ``OfficeIsClosed``,
    ``AnotherOffice``, ``ChangedMeanwhile``, ``NotYours``.
    """
    by.require(RIGHT, declaration.terminal)
    require_of(by, declaration.office)
    if not _takes(office, declaration):
        raise OfficeIsClosed(office=office.name)
    untouched = Declaration.objects.filter(pk=declaration.pk, version=declaration.version)
    if not untouched.update(office=office, version=F("version") + 1):
        raise ChangedMeanwhile(thing=DECLARATION.thing)
    declaration.refresh_from_db()
    hand_clock_over(declaration, at)
    keep_asked(declaration, at)
    hand_inspections_over(declaration, office, by=by, at=at)
    journal(declaration, EventKind.DECLARATION_ASSIGNED, by, at, office=office.code, reason=reason)
    return declaration


def _takes(office: Office, declaration: Declaration) -> bool:
    in_service = Office.objects.filter(pk=office.pk, active=True, clears=True)
    return in_service.filter(terminal=declaration.terminal_id).exists()
