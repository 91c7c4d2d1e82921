"""Declaring: goods, lots and trains, by the party or by a broker it named; and putting right what was declared."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from apps.common.steps import ChangedSince
from apps.containers.models import Permission, Question
from apps.customs import services
from apps.customs.models import Declaration, Mandate, RiskRule
from apps.customs.selectors.declarations import declarations_of, weight_gap
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.warehouse.models import Lot
from terminal.customs.bond import EntersTwice, NothingToRemove
from terminal.customs.goods import DocumentKind, WrongHsCode
from terminal.lifecycle import Channel, DeclarationStatus, StepNotAllowed
from terminal.regimes import Direction, Regime
from tests.factories.bonded import bonded_lot, in_bond
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.cargo import stocked
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.customs import OfficeFactory, declarant_of, drafted, officer_of, submitted
from tests.factories.declaring import YARN, a_broker, cotton, let_go, named, over_lots
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import APRIL_1

pytestmark = pytest.mark.django_db
LATER = MARCH_14 + timedelta(hours=2)
Change = services.DeclarationChange


def box_of(party, **more):
    visit = VisitFactory(active=True, **more)
    VisitRoleFactory(visit=visit, party=party)
    return visit


def declare(by=None, **said):
    OfficeFactory()
    party = cotton()
    values = {"regime": Regime.IMPORT, "direction": Direction.INBOUND, "lines": [YARN], "at": MARCH_14, **said}
    return services.draft(terminal=TerminalFactory(), declarant=party, by=by or Actor.program(party, "key"), **values)


def registered(**more):
    declaration = submitted(**more)
    services.register(declaration, by=officer_of(declaration.office), at=LATER)
    return declaration


def test_what_a_declaration_says_of_its_goods_is_what_its_first_line_says():
    row = declare(visits=[box_of(cotton())], lines=[replace(YARN, hs_code="5205.12"), replace(YARN, goods="thread")])
    assert (row.hs_code, row.goods, row.lines.count()) == ("520512", "cotton yarn", 2)
    row.refresh_from_db()
    assert (row.hs_code, row.goods) == ("520512", "cotton yarn")


def test_a_line_that_names_no_goods_leaves_no_declaration_behind():
    with pytest.raises(WrongHsCode):
        declare(visits=[box_of(cotton())], lines=[YARN, replace(YARN, hs_code="7701")])
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("regime", [Regime.UNKNOWN, Regime.DOMESTIC])
def test_nothing_is_declared_under_no_regime(regime):
    with pytest.raises(services.NotDeclared):
        declare(visits=[box_of(cotton())], regime=regime)


def test_a_draft_is_changed_as_its_declarant_likes_and_only_at_the_version_it_read():
    row = declare(visits=[box_of(cotton())])
    other, by, read = box_of(cotton()), declarant_of(row), row.version
    change = Change(regime=Regime.TRANSIT, visits=[other], lines=[replace(YARN, goods="thread")])
    services.update_draft(row, change, by=by, at=LATER, versions=[read])
    assert ([*row.visits.all()], row.regime, row.goods) == ([other], "transit", "thread")
    with pytest.raises(ChangedSince):
        services.update_draft(row, change, by=by, at=LATER, versions=[read])
    services.submit(row, by=by, at=LATER)
    with pytest.raises(services.NoDraft):
        services.update_draft(row, change, by=by, at=LATER)


def test_lots_are_declared_by_their_owner_once_and_no_more_than_is_there():
    lot = bonded_lot(100)
    for wrong, refusal in (
        ([services.Part(lot=bonded_lot(10, owner=PartyFactory(code="wheat")), packages=1)], services.NothingDeclared),
        ([services.Part(lot=lot, packages=1)] * 2, services.LotDeclaredTwice),
        ([services.Part(lot=lot, packages=101)], services.MoreThanCanBeDeclared),
        ([services.Part(lot=lot, packages=0)], services.MoreThanCanBeDeclared),
    ):
        with pytest.raises(refusal):
            declare(parts=wrong, regime=Regime.BONDED_ENTRY)
    over_lots((lot, 60))
    with pytest.raises(services.MoreThanCanBeDeclared) as refused:
        over_lots((lot, 41))
    assert refused.value.facts["most"] == 40
    over_lots((lot, 40))


def test_two_drafts_over_the_same_packages_are_not_both_handed_in():
    lot = bonded_lot(100)
    first, second = (declare(parts=[services.Part(lot=lot, packages=60)], regime=Regime.BONDED_ENTRY) for _ in range(2))
    services.submit(first, by=declarant_of(first), at=LATER)
    with pytest.raises(services.MoreThanCanBeDeclared):
        services.submit(second, by=declarant_of(second), at=LATER)


def test_goods_that_were_sold_meanwhile_are_not_handed_in():
    lot = bonded_lot(100)
    row = declare(parts=[services.Part(lot=lot, packages=60)], regime=Regime.BONDED_ENTRY)
    Lot.objects.update(owner=PartyFactory(code="buyer"))
    with pytest.raises(services.NothingDeclared):
        services.submit(row, by=declarant_of(row), at=LATER)


def test_what_does_not_fit_the_regime_is_refused_when_it_is_handed_in_not_weeks_later():
    for lot, regime, refusal in (
        (in_bond(), Regime.BONDED_ENTRY, EntersTwice),
        (stocked(customs_status="unknown"), Regime.BONDED_REMOVAL, NothingToRemove),
    ):
        with pytest.raises(refusal):
            over_lots((lot, 10), regime=regime)


def test_a_document_for_a_train_covers_the_declarants_boxes_on_it_when_it_is_handed_in():
    train = CallFactory()
    theirs, strangers = box_of(cotton(), arrival_call=train), VisitFactory(active=True, arrival_call=train)
    row = declare(call=train, regime=Regime.TRANSIT)
    assert row.visits.count() == 0
    second = box_of(cotton(), departure_call=train)
    services.submit(row, by=declarant_of(row), at=LATER)
    joined = box_of(cotton(), departure_call=train)
    covered = set(row.visits.all())
    assert covered == {theirs, second}
    assert not covered & {strangers, joined}


def test_only_transit_is_declared_by_the_train_and_nothing_beside_it():
    train = CallFactory()
    for said in ({"regime": Regime.IMPORT}, {"regime": Regime.TRANSIT, "visits": [box_of(cotton())]}):
        with pytest.raises(services.OnlyTransitByTrain):
            declare(call=train, **said)
    row = declare(call=train, regime=Regime.TRANSIT)
    with pytest.raises(services.NothingOnTheTrain):
        services.submit(row, by=declarant_of(row), at=LATER)
    services.update_draft(row, Change(visits=[box_of(cotton())]), by=declarant_of(row), at=LATER)
    assert row.call is None


def test_a_broker_declares_for_who_named_it_and_for_nobody_else():
    broker = a_broker()
    program, box = Actor.program(broker, "key"), box_of(cotton())
    with pytest.raises(services.NotItsBroker):
        declare(by=program, broker=broker, visits=[box])
    with pytest.raises(NotYours):
        declare(by=program, visits=[box])
    named(broker)
    row = declare(by=program, broker=broker, visits=[box])
    services.submit(row, by=program, at=LATER)
    with pytest.raises(NotYours):
        services.withdraw(drafted(), by=program, at=LATER)


def test_a_broker_that_is_taken_back_does_and_sees_nothing_more_at_once():
    broker = a_broker()
    program, mandate = Actor.program(broker, "key"), named(broker)
    row = declare(by=program, broker=broker, visits=[box_of(cotton())])
    assert list(declarations_of(broker, row.terminal, LATER)) == [row]
    services.dismiss_broker(mandate, by=Actor.program(cotton(), "key"), at=LATER)
    for act in (services.submit, services.withdraw):
        with pytest.raises(services.NotItsBroker):
            act(row, by=program, at=LATER)
    assert not declarations_of(broker, row.terminal, LATER).exists()
    services.submit(row, by=declarant_of(row), at=LATER)  # the party goes on with it
    services.dismiss_broker(mandate, by=Actor.program(cotton(), "key"), at=LATER + timedelta(hours=1))
    assert mandate.until == LATER


def test_a_broker_that_was_named_twice_at_one_moment_is_taken_back_altogether():
    broker = a_broker()
    mandate = named(broker)
    who = {"terminal": mandate.terminal, "party": mandate.party, "broker": broker, "given_by": "test"}
    Mandate.objects.create(since=MARCH_14, until=LATER + timedelta(days=1), **who)
    Mandate.objects.create(since=LATER + timedelta(hours=1), until=LATER + timedelta(days=1), **who)
    over = Mandate.objects.create(since=MARCH_14, until=LATER - timedelta(hours=1), **who)
    services.dismiss_broker(mandate, by=Actor.program(cotton(), "key"), at=LATER)
    for at in (LATER, LATER + timedelta(hours=2)):
        assert not Mandate.objects.in_force(at).exists()
    over.refresh_from_db()
    assert (mandate.until, over.until) == (LATER, LATER - timedelta(hours=1))
    assert Entry.objects.filter(kind="broker-dismissed").count() == 1


def test_a_broker_is_named_once_and_nobody_is_their_own():
    mandate = named()
    who = {"terminal": mandate.terminal, "party": mandate.party, "since": LATER, "given_by": "test"}
    with pytest.raises(IntegrityError, match="a_broker_is_named_once"), transaction.atomic():
        Mandate.objects.create(broker=mandate.broker, **who)
    with pytest.raises(IntegrityError, match="nobody_is_their_own_broker"), transaction.atomic():
        Mandate.objects.create(broker=mandate.party, **who)


def test_only_the_party_or_staff_name_a_broker_and_only_a_broker_is_named():
    terminal, party, broker = TerminalFactory(), cotton(), a_broker()
    who = {"terminal": terminal, "party": party}
    with pytest.raises(NotYours):
        services.name_broker(**who, broker=broker, by=Actor.program(broker, "key"), at=MARCH_14)
    with pytest.raises(services.NotABroker):
        services.name_broker(**who, broker=PartyFactory(code="wheat"), by=Actor.program(party, "key"), at=MARCH_14)
    clerk = Actor.person(staff("customs.add_mandate", username="clerk"))
    with pytest.raises(services.MandateIsOver):
        services.name_broker(**who, broker=broker, by=clerk, at=MARCH_14, until=MARCH_14)
    services.name_broker(**who, broker=broker, by=clerk, at=MARCH_14)
    with pytest.raises(services.NamedAlready):
        services.name_broker(**who, broker=broker, by=clerk, at=LATER)


def test_until_customs_takes_it_up_a_declaration_is_amended_at_once():
    row = submitted(boxes=2)
    left = list(row.visits.order_by("pk"))[:1]
    assert services.amend(row, Change(visits=left), reason="one too many", by=declarant_of(row), at=LATER) is None
    assert list(row.visits.all()) == left
    told = Entry.objects.get(kind="declaration-changed").payload
    assert (len(told["before"]["containers"]), len(told["after"]["containers"])) == (2, 1)


def test_once_taken_up_an_amendment_changes_nothing_until_an_officer_accepts_it():
    row = registered(boxes=2)
    goes, stays = row.visits.order_by("pk")
    Permission.objects.create(
        visit=goes, owner="customs", step="load", reference="CD-other", granted_at=MARCH_14, granted_by="test"
    )
    change = Change(visits=[stays], lines=[YARN])
    asked = services.amend(row, change, reason="one too many", by=declarant_of(row), at=LATER)
    assert (row.visits.count(), row.lines.count(), asked.status) == (2, 0, "asked")
    with pytest.raises(services.AmendmentUnderWay):
        services.amend(row, change, reason="again", by=declarant_of(row), at=LATER)
    other = officer_of(OfficeFactory(code="rail"), "officer-of-rail")
    with pytest.raises(services.AnotherOffice):
        services.accept_amendment(asked, by=other, at=LATER)
    services.accept_amendment(asked, by=officer_of(row.office), at=LATER, answer="seen")
    row.refresh_from_db()
    assert ([*row.visits.all()], row.goods) == ([stays], "cotton yarn")
    assert Permission.objects.get(visit=goes, revoked_at=None).reference == "CD-other"
    told = Entry.objects.get(kind="amendment-accepted").payload
    assert (told["before"]["lines"], told["after"]["lines"][0]["hs_code"]) == ([], "520512")
    with pytest.raises(StepNotAllowed):
        services.refuse_amendment(asked, by=officer_of(row.office), at=LATER, answer="no")


def test_customs_is_asked_about_the_boxes_an_amendment_names_and_not_about_those_it_takes_out():
    row = submitted(boxes=2)
    stays, goes = row.visits.order_by("pk")
    joins = box_of(row.declarant)
    services.amend(row, Change(visits=[stays, joins]), reason="another", by=declarant_of(row), at=LATER)
    states = dict(Question.objects.filter(reference=row.number).values_list("visit_id", "state"))
    assert states == {stays.pk: "awaited", goes.pk: "withdrawn", joins.pk: "awaited"}


def test_goods_are_not_changed_past_the_risk_rules():
    row = over_lots((bonded_lot(100), 10))
    RiskRule.objects.create(terminal=row.terminal, name="steel", channel="red", hs_prefix="72")
    assert row.proposed_channel != "red"
    steel = [replace(YARN, hs_code="720811")]
    services.amend(row, Change(lines=steel), reason="other goods", by=declarant_of(row), at=APRIL_1)
    assert row.proposed_channel == "red"


def test_a_refused_amendment_leaves_the_declaration_as_it_was_and_another_can_be_asked():
    row = registered(boxes=2)
    change = Change(direction=Direction.INBOUND)
    asked = services.amend(row, change, reason="wrong way", by=declarant_of(row), at=LATER)
    services.refuse_amendment(asked, by=officer_of(row.office), at=LATER, answer="the papers say through")
    row.refresh_from_db()
    assert (row.direction, asked.answer) == ("through", "the papers say through")
    assert services.amend(row, change, reason="again", by=declarant_of(row), at=LATER).number == 2


def test_what_cannot_be_declared_cannot_be_asked_as_an_amendment_either():
    row = registered()
    by = declarant_of(row)
    for change, refusal in (
        (Change(visits=[VisitFactory(active=True)]), services.NothingDeclared),
        (Change(visits=[]), services.NothingDeclared),
        (Change(lines=[replace(YARN, hs_code="1")]), WrongHsCode),
        (Change(regime=Regime.IMPORT), services.OnlyADraftsToChange),
        (Change(), services.NothingAmended),
    ):
        with pytest.raises(refusal):
            services.amend(row, change, reason="why", by=by, at=LATER)
    assert not row.amendments.exists()


def test_an_amendment_of_what_was_released_meanwhile_is_dropped_and_a_released_one_is_not_amended():
    row = registered()
    change = Change(visits=[*row.visits.all(), box_of(row.declarant)])
    asked = services.amend(row, change, reason="forgotten", by=declarant_of(row), at=LATER)
    services.assign_channel(row, Channel.GREEN, by=officer_of(row.office), at=LATER)
    asked.refresh_from_db()
    assert (asked.status, row.visits.count()) == ("dropped", 1)
    with pytest.raises(StepNotAllowed):
        services.accept_amendment(asked, by=officer_of(row.office), at=LATER)
    with pytest.raises(services.DecidedAlready) as refused:
        services.amend(row, change, reason="forgotten", by=declarant_of(row), at=LATER)
    assert "declare anew" in str(refused.value)


def test_while_an_inspection_is_ordered_the_boxes_are_those_it_was_ordered_for():
    row = registered(boxes=2)
    asked = services.amend(
        row, Change(visits=list(row.visits.all())[:1]), reason="one too many", by=declarant_of(row), at=LATER
    )
    services.assign_channel(row, Channel.RED, by=officer_of(row.office), at=LATER)
    with pytest.raises(services.BoxesAreInspected):
        services.accept_amendment(asked, by=officer_of(row.office), at=LATER)
    assert row.visits.count() == 2


def test_papers_are_added_until_it_is_decided_and_belong_to_no_terminal():
    row = submitted()
    said = {"name": "../invoice 4711.txt", "kind": DocumentKind.INVOICE, "at": LATER}
    paper = services.add_document(row, BytesIO(b"Invoice 4711"), by=declarant_of(row), number="4711", **said)
    assert (paper.file.name, paper.file.terminal_id, paper.file.media_type) == ("invoice 4711.txt", None, "text/plain")
    with pytest.raises(NotYours):
        services.add_document(row, BytesIO(b"x"), by=Actor.program(PartyFactory(code="wheat"), "key"), **said)
    services.withdraw(row, by=declarant_of(row), at=LATER)
    with pytest.raises(services.NoMoreDocuments):
        services.add_document(row, BytesIO(b"x"), by=declarant_of(row), **said)


def test_goods_that_weigh_otherwise_than_their_lot_are_flagged_and_not_refused():
    lot = bonded_lot(100)  # 1,000 kg
    assert weight_gap(over_lots((lot, 50), lines=[replace(YARN, gross_kg=Decimal(505))])) is None
    heavy = over_lots((lot, 50), lines=[replace(YARN, gross_kg=Decimal(600))], at=APRIL_1)
    assert weight_gap(heavy) == (Decimal(600), Decimal(500))
    assert heavy.status == DeclarationStatus.SUBMITTED


def test_a_return_names_a_temporary_stay_of_the_same_declarant_that_was_released():
    stay = over_lots((stocked(customs_status="unknown"), 10), regime=Regime.TEMPORARY, lines=[])
    with pytest.raises(services.NothingToReturn):
        declare(visits=[box_of(cotton())], regime=Regime.RETURN, earlier=stay)
    let_go(stay)
    assert declare(visits=[box_of(cotton())], regime=Regime.RETURN, earlier=stay, at=APRIL_1).earlier == stay
