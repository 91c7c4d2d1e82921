"""A declaration from draft to release, and all that does not lead there."""

from datetime import timedelta

import pytest

from apps.containers.models import Hold, Permission, Visit
from apps.containers.selectors import what_stands_between
from apps.customs import selectors, services
from apps.customs.models import Declaration, Office
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.lifecycle import Channel, DeclarationStatus, StepNotAllowed
from terminal.readiness import Owner, Step
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.customs import OfficeFactory, declarant_of, drafted, officer_of, submitted
from tests.factories.parties import PartyFactory, UserFactory, staff

pytestmark = pytest.mark.django_db
LATER = MARCH_14 + timedelta(hours=2)
D = DeclarationStatus


def customs_blockers(declaration, step=Step.STRIP, at=LATER):
    found = [
        blocker.code
        for visit in Visit.objects.filter(declarations=declaration)
        for blocker in what_stands_between(visit, step, at)
        if blocker.owner is Owner.CUSTOMS
    ]
    return sorted(set(found))


def take(declaration, by, *steps):
    for step in steps:
        services.move(declaration, step, by=by, at=LATER)


def test_green_is_released_at_once():
    declaration = submitted(boxes=2)
    assert customs_blockers(declaration) == ["answer-awaited"]
    services.register(declaration, channel=Channel.GREEN, by=officer_of(declaration.office), at=LATER)
    declaration.refresh_from_db()
    assert (declaration.status, declaration.released_at) == ("released", LATER)
    assert [customs_blockers(declaration, step) for step in (Step.LOAD, Step.GATE_OUT, Step.STRIP)] == [[], [], []]
    assert set(Permission.objects.values_list("reference", flat=True)) == {declaration.number}
    assert Permission.objects.count() == 6


def test_yellow_is_released_after_its_documents_were_checked():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.YELLOW, by=by, at=LATER)
    assert declaration.status == D.DOCUMENTARY_CHECK
    assert customs_blockers(declaration) != []
    take(declaration, by, D.ASSESSED, D.PAID, D.RELEASED)
    assert customs_blockers(declaration) == []


def test_red_holds_the_boxes_until_they_are_inspected_and_blocks_until_released():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.RED, by=by, at=LATER)
    assert customs_blockers(declaration) == ["answer-awaited", "inspection-open"]
    take(declaration, by, D.INSPECTED)
    assert customs_blockers(declaration) == ["answer-awaited"]
    take(declaration, by, D.ASSESSED, D.PAID, D.RELEASED)
    assert customs_blockers(declaration) == []


def test_a_query_waits_for_its_answer():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.YELLOW, by=by, at=LATER)
    with pytest.raises(services.NothingAsked):
        services.answer(declaration, by=declarant_of(declaration), at=LATER, reply="?")
    services.query(declaration, by=by, at=LATER, question="Which mill?")
    assert (declaration.status, declaration.reason) == ("query", "Which mill?")
    with pytest.raises(NotYours):
        services.answer(declaration, by=Actor.program(PartyFactory(code="wheat"), "key"), at=LATER, reply="mine")
    services.answer(declaration, by=declarant_of(declaration), at=LATER, reply="Shymkent No. 2")
    assert (declaration.status, declaration.reason) == ("documentary_check", "")
    said = Entry.objects.get(kind="declaration-answered")
    assert said.payload["reply"] == "Shymkent No. 2"


def test_without_a_channel_nothing_is_assessed():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, by=by, at=LATER)
    with pytest.raises(services.NoChannelYet):
        services.assess(declaration, by=by, at=LATER)
    services.assign_channel(declaration, Channel.GREEN, by=by, at=LATER)
    with pytest.raises(services.HasChannel):
        services.assign_channel(declaration, Channel.RED, by=by, at=LATER)


def test_a_silent_office_keeps_the_box_for_ever():
    declaration = submitted()
    assert customs_blockers(declaration, at=MARCH_14 + timedelta(days=3650)) == ["answer-awaited"]


def test_a_release_that_has_run_out_blocks_again():
    declaration, until = submitted(), LATER + timedelta(days=5)
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.GREEN, by=by, at=LATER, valid_until=until)
    assert customs_blockers(declaration, at=until - timedelta(seconds=1)) == []
    assert customs_blockers(declaration, at=until) == ["permission-expired"]


def test_a_release_taken_back_blocks_again_and_is_taken_back_once():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.GREEN, by=by, at=LATER)
    revoked = LATER + timedelta(hours=1)
    services.revoke_release(declaration, by=by, at=revoked, reason="forged certificate")
    assert customs_blockers(declaration, at=revoked) == ["permission-revoked"]
    assert Declaration.objects.get().release_revoked_at == revoked
    with pytest.raises(services.NotReleased):
        services.revoke_release(declaration, by=by, at=revoked, reason="again")


def test_nothing_is_withdrawn_or_rejected_after_the_release():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.GREEN, by=by, at=LATER)
    with pytest.raises(StepNotAllowed):
        services.reject(declaration, by=by, at=LATER, reason="late")
    with pytest.raises(StepNotAllowed):
        services.withdraw(declaration, by=declarant_of(declaration), at=LATER)
    assert customs_blockers(declaration) == []


def test_a_rejected_declaration_releases_nothing():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.reject(declaration, by=by, at=LATER, reason="wrong HS code")
    assert declaration.reason == "wrong HS code"
    with pytest.raises(StepNotAllowed):
        services.release(declaration, by=by, at=LATER)
    assert customs_blockers(declaration) != []


def test_only_officers_of_the_office_decide_whatever_others_may_do():
    declaration = submitted()
    strangers = [
        officer_of(OfficeFactory(code="rail"), "officer-of-rail"),
        Actor.person(UserFactory(username="root", is_superuser=True)),
        Actor.itself("beat"),
        declarant_of(declaration),
        Actor.person(staff("customs.view_declaration", username="reader")),
    ]
    for by in strangers:
        with pytest.raises((services.AnotherOffice, NotYours)):
            services.register(declaration, channel=Channel.GREEN, by=by, at=LATER)
    assert Declaration.objects.get().status == "submitted"
    assert customs_blockers(declaration) != []


def test_an_officer_does_not_do_the_declarants_part():
    declaration = submitted()
    for wanted in (D.SUBMITTED, D.WITHDRAWN, D.DRAFT):
        with pytest.raises(services.NotTheOfficers):
            services.move(declaration, wanted, by=officer_of(declaration.office), at=LATER)


def test_an_office_switched_off_keeps_its_declarations_and_releases_nothing():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.YELLOW, by=by, at=LATER)
    Office.objects.update(active=False)
    for wanted in (D.ASSESSED, D.QUERY, D.REJECTED):
        with pytest.raises(services.OfficeIsClosed):
            services.move(declaration, wanted, by=by, at=LATER)
    assert [each.length for each in selectors.queue(declaration.terminal, LATER)] == [1]
    assert customs_blockers(declaration) != []


def test_what_lies_at_a_closed_office_can_be_handed_to_one_that_works():
    declaration = submitted()
    by = officer_of(declaration.office)
    Office.objects.update(active=False)
    rail = OfficeFactory(code="rail")
    services.hand_over(declaration, rail, by=by, at=LATER, reason="closed for the holiday")
    services.register(declaration, channel=Channel.GREEN, by=officer_of(rail, "officer-of-rail"), at=LATER)
    assert customs_blockers(declaration) == []
    assert Entry.objects.filter(kind="declaration-assigned").last().payload["reason"] == "closed for the holiday"


def test_without_an_office_nothing_can_be_declared():
    OfficeFactory(active=False)
    with pytest.raises(services.NoOfficeTakesDeclarations):
        drafted()


def test_nobody_declares_a_strangers_box_and_it_answers_as_no_box():
    declaration = drafted()
    cotton, strangers = declaration.declarant, VisitRoleFactory(party=PartyFactory(code="wheat")).visit
    for visits in ([], [strangers], [VisitFactory()]):
        with pytest.raises(services.NothingDeclared) as refusal:
            services.draft(
                terminal=declaration.terminal, declarant=cotton, visits=visits, regime=Regime.IMPORT,
                direction=Direction.INBOUND, by=declarant_of(declaration), at=MARCH_14,
            )  # fmt: skip
        assert refusal.value.facts == {}


def test_the_queue_tells_length_and_oldest_age():
    OfficeFactory(code="rail")
    first = submitted()
    services.register(first, by=officer_of(first.office), at=LATER)
    drafted()
    assert [(each.office.code, each.length, each.oldest_age) for each in selectors.queue(first.terminal, LATER)] == [
        ("rail", 1, timedelta(hours=2)),
    ]


def test_a_box_whose_visit_is_over_does_not_keep_the_others():
    declaration = submitted(boxes=2)
    gone = declaration.visits.order_by("pk").first()
    Visit.objects.filter(pk=gone.pk).update(state="departed", position="gone", departed_at=LATER)
    services.register(declaration, channel=Channel.GREEN, by=officer_of(declaration.office), at=LATER)
    assert Permission.objects.exclude(visit=gone).count() == 3


def test_the_anti_smuggling_office_stops_a_released_box_and_lets_it_go():
    declaration = submitted()
    services.register(declaration, channel=Channel.GREEN, by=officer_of(declaration.office), at=LATER)
    patrol = OfficeFactory(anti_smuggling=True)
    by, visits = officer_of(patrol, "officer-of-patrol"), list(declaration.visits.all())
    services.block(visits, patrol, by=by, at=LATER, reason="scanner image")
    assert customs_blockers(declaration) == ["hold"]
    with pytest.raises(services.AnotherOffice):
        services.unblock(visits, patrol, by=officer_of(declaration.office), at=LATER)
    services.unblock(visits, patrol, by=by, at=LATER)
    assert customs_blockers(declaration) == []


def test_an_office_that_clears_does_not_stop_boxes_on_its_own():
    declaration = submitted()
    with pytest.raises(services.NotAnAntiSmugglingOffice):
        services.block(
            list(declaration.visits.all()), declaration.office, by=officer_of(declaration.office), at=LATER, reason="?"
        )
    assert not Hold.objects.exists()


def test_another_agency_has_it_until_it_comes_back():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.YELLOW, by=by, at=LATER)
    with pytest.raises(services.NoAgency):
        services.refer(declaration, agency=" ", by=by, at=LATER)
    services.refer(declaration, agency="Plant quarantine", by=by, at=LATER)
    assert (declaration.status, declaration.agency) == ("referred", "Plant quarantine")
    assert declaration.periods.get(ended_at=None).clock == "agency"
    services.move(declaration, D.DOCUMENTARY_CHECK, by=by, at=LATER)
    assert declaration.periods.get(ended_at=None).clock == "customs"
