"""Stories of declarations: as a source tells them, and as they are worked at the terminal."""

from datetime import timedelta

from apps.customs import services
from apps.customs.models import Mandate
from apps.customs.services import ReportedDeclaration
from apps.parties.actors import Actor
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.customs import OfficeFactory, officer_of
from tests.factories.parties import PartyFactory


def hours(n):
    return MARCH_14 + timedelta(hours=n)


GREEN = {
    "submitted_at": hours(1), "registered_at": hours(2), "channel": "green", "channelled_at": hours(3),
    "assessed_at": hours(3), "paid_at": hours(3), "released_at": hours(3), "release_valid_until": hours(240),
}  # fmt: skip
YELLOW = {
    "submitted_at": hours(1), "registered_at": hours(2), "channel": "yellow", "channelled_at": hours(2),
    "queries": ((hours(3), hours(4)), (hours(5), hours(6))), "reason": "Which mill?", "assessed_at": hours(7),
    "paid_at": hours(8), "released_at": hours(9),
}  # fmt: skip
RED = {
    "submitted_at": hours(1), "registered_at": hours(2), "channel": "red", "channelled_at": hours(3),
    "inspected_at": hours(4), "assessed_at": hours(5), "paid_at": hours(6), "released_at": hours(7),
}  # fmt: skip
UNDECIDED = {name: value for name, value in YELLOW.items() if name not in ("assessed_at", "paid_at", "released_at")}
STORIES = {
    "draft": {},
    "withdrawn draft": {"withdrawn_at": hours(1), "reason": "sold"},
    "withdrawn without a word": {"submitted_at": hours(1), "registered_at": hours(2), "withdrawn_at": hours(3)},
    "rejected at once": {"submitted_at": hours(1), "rejected_at": hours(2), "reason": "no papers"},
    "rejected without a word": {"submitted_at": hours(1), "rejected_at": hours(2)},
    "green": GREEN,
    "yellow": YELLOW,
    "asked and rejected": {**UNDECIDED, "rejected_at": hours(8), "reason": "wrong HS code"},
    "asked and withdrawn": {**UNDECIDED, "queries": ((hours(3), None),), "withdrawn_at": hours(5), "reason": "sold"},
    "red": RED,
    "red and asked": {**RED, "queries": ((hours(4), hours(5)),)},
    "red and rejected": {
        **{name: value for name, value in RED.items() if name not in ("assessed_at", "paid_at", "released_at")},
        "rejected_at": hours(6), "reason": "other goods",
    },
}  # fmt: skip


def until(story, moment):
    """The story as it stood at the moment: what had not come yet is not told."""
    come = {name: value for name, value in story.items() if not name.endswith("_at") or value <= moment}
    asked = [(asked, answered) for asked, answered in story.get("queries", ()) if asked <= moment]
    answered = tuple((asked, answered if answered and answered <= moment else None) for asked, answered in asked)
    return {**come, "queries": answered}


def reported_visit(source="sister", **said):
    """A visit that the source reported, in the yard unless said otherwise."""
    visit = VisitFactory(source=source, **(said or {"active": True}))
    visit.source_ref = f"{visit.container.number}/X9014"
    visit.save()
    return visit


def told(*visits, reference="D-1", **said):
    """A declaration over the visits, as their source tells it."""
    common = {"regime": Regime.TRANSIT.value, "direction": Direction.THROUGH.value, "drafted_at": hours(0)}
    people = {"office": "clearance", "declarant": "almaty-cotton", "broker": "suwei-brokers"}
    goods = {"goods": "cotton yarn", "hs_code": "5205"}
    named = tuple(each if isinstance(each, str) else each.source_ref for each in visits)
    return ReportedDeclaration(reference=reference, visits=named, **{**common, **people, **goods, **said})


def worked(visits, story):
    """The same declaration, worked at the terminal by those whose steps they are."""
    party, broker = PartyFactory(code="almaty-cotton"), PartyFactory(code="suwei-brokers")
    trader = Actor.program(party, "key")
    said = {"since": hours(0), "given_by": "test"}
    Mandate.objects.get_or_create(terminal=visits[0].terminal, party=party, broker=broker, defaults=said)
    for visit in visits:
        VisitRoleFactory(visit=visit, party=party)
    row = services.draft(
        terminal=visits[0].terminal, declarant=party, broker=broker, visits=visits, regime=Regime.TRANSIT,
        direction=Direction.THROUGH, goods="cotton yarn", hs_code="5205", by=trader, at=hours(0),
    )  # fmt: skip
    for at, _order, act in sorted(_acts(row, story, trader, officer_of(OfficeFactory())), key=lambda each: each[:2]):
        act(at)
    return row


def _acts(row, story, trader, officer):
    own, theirs, reason = {"by": trader}, {"by": officer}, story.get("reason", "")
    question = "" if story.get("rejected_at") or story.get("withdrawn_at") else reason
    steps = {
        "submitted_at": lambda at: services.submit(row, at=at, **own),
        "registered_at": lambda at: services.register(row, at=at, **theirs),
        "channelled_at": lambda at: services.assign_channel(
            row, Channel(story["channel"]), at=at, valid_until=story.get("release_valid_until"), **theirs
        ),
        "inspected_at": lambda at: services.move(row, DeclarationStatus.INSPECTED, at=at, **theirs),
        "asked": lambda at: services.query(row, at=at, question=question, **theirs),
        "answered": lambda at: services.answer(row, at=at, reply="", **own),
        "assessed_at": lambda at: services.assess(row, at=at, **theirs),
        "paid_at": lambda at: services.pay(row, at=at, **theirs),
        "released_at": lambda at: services.release(row, at=at, **theirs),
        "rejected_at": lambda at: services.reject(row, at=at, reason=reason, **theirs),
        "withdrawn_at": lambda at: services.withdraw(row, at=at, reason=reason, **own),
    }
    order = {name: turn for turn, name in enumerate(steps)}
    at_once = {"assessed_at", "paid_at", "released_at"} if story.get("channel") == "green" else set()
    taken = [(name, story[name]) for name in steps if name in story and name not in at_once]
    for asked, answered in story.get("queries", ()):
        taken += [("asked", asked), ("answered", answered)]
    return [(at, order[name], steps[name]) for name, at in taken if at is not None]
