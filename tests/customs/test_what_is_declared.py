"""What a declaration is held to: its papers, its period, its terminal, its version, and what stands once in it."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from apps.common.steps import ChangedMeanwhile
from apps.customs import services
from apps.customs.models import Declaration, DeclaredContainer, GuaranteeCharge
from apps.customs.services import documents, drafting
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.warehouse.models import Lot
from terminal.customs.goods import DocumentKind
from terminal.lifecycle import Channel
from terminal.regimes import Direction, Regime
from tests.factories.bonded import bonded_lot
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.cargo import stocked
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.customs import OfficeFactory, declarant_of, officer_of, submitted
from tests.factories.declaring import YARN, cotton, guarantee, let_go, over_lots
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, ZoneFactory

pytestmark = pytest.mark.django_db
LATER = MARCH_14 + timedelta(hours=2)
Change = services.DeclarationChange


def drafting_over(**said):
    OfficeFactory()
    party = cotton()
    values = {"regime": Regime.TRANSIT, "direction": Direction.INBOUND, "at": MARCH_14, **said}
    return services.draft(terminal=TerminalFactory(), declarant=party, by=Actor.program(party, "key"), **values)


def taken_up(*parts, regime=Regime.IMPORT):
    row = over_lots(*parts, regime=regime)
    services.register(row, by=officer_of(row.office), at=APRIL_1)
    return row


def test_a_declaration_has_as_many_papers_as_anybody_reads(monkeypatch):
    monkeypatch.setattr(documents, "MOST", 1)
    row = submitted()
    said = {"name": "invoice.txt", "kind": DocumentKind.INVOICE, "by": declarant_of(row), "at": LATER}
    services.add_document(row, BytesIO(b"4711"), **said)
    with pytest.raises(services.TooManyDocuments):
        services.add_document(row, BytesIO(b"4712"), **said)
    assert row.documents.count() == 1


def test_a_period_is_of_a_day_at_least_and_not_of_longer_than_anything_lies():
    lot = stocked(customs_status="unknown")
    declared = {"regime": Regime.TEMPORARY, "parts": [services.Part(lot=lot, packages=1)]}
    for wrong in (0, drafting.LONGEST_DAYS + 1):
        with pytest.raises(services.PeriodOutOfReason):
            drafting_over(period_days=wrong, **declared)
    for right in (1, drafting.LONGEST_DAYS):
        assert drafting_over(period_days=right, **declared).period_days == right


def strangers():
    """A train, a box and a lot at another terminal, of the same party."""
    khorgos = TerminalFactory(khorgos=True)
    box = VisitFactory(terminal=khorgos, active=True)
    VisitRoleFactory(visit=box, party=cotton())
    lot = stocked(terminal=khorgos, zone=ZoneFactory(terminal=khorgos), customs_status="unknown")
    return [{"call": CallFactory(terminal=khorgos)}, {"visits": [box]}, {"parts": [services.Part(lot=lot, packages=1)]}]


def test_what_is_at_another_terminal_is_not_declared_at_this_one():
    for elsewhere in strangers():
        with pytest.raises(services.NothingDeclared):
            drafting_over(**elsewhere)


def test_lots_are_amended_and_what_is_the_declarants_no_more_is_not_accepted():
    first, second = (stocked(100, customs_status="unknown") for _ in range(2))
    row = taken_up((first, 40))
    change = Change(parts=[services.Part(lot=first, packages=30), services.Part(lot=second, packages=20)])
    asked = services.amend(row, change, reason="two lots", by=declarant_of(row), at=APRIL_1)
    by = officer_of(row.office)
    Lot.objects.filter(pk=second.pk).update(owner=PartyFactory(code="buyer"))
    with pytest.raises(services.NothingDeclared):
        services.accept_amendment(asked, by=by, at=APRIL_1)
    asked.refresh_from_db()
    Lot.objects.filter(pk=second.pk).update(owner=cotton())
    services.accept_amendment(asked, by=by, at=APRIL_1)
    declared = dict(row.declared_lots.values_list("lot", "packages"))
    assert declared == {first.pk: 30, second.pk: 20}
    told = Entry.objects.get(kind="amendment-accepted").payload
    assert [each["packages"] for each in told["before"]["lots"]] == [40]
    assert [(each["number"], each["packages"]) for each in told["after"]["lots"]] == [
        (first.number, 30), (second.number, 20),
    ]  # fmt: skip


def test_no_channel_is_given_to_what_was_amended_since_it_was_read():
    row = submitted()
    by = officer_of(row.office)
    services.register(row, by=by, at=LATER)
    stale = Declaration.objects.get(pk=row.pk)
    asked = services.amend(row, Change(direction=Direction.INBOUND), reason="way", by=declarant_of(row), at=LATER)
    services.accept_amendment(asked, by=by, at=LATER)
    with pytest.raises(ChangedMeanwhile):
        services.assign_channel(stale, Channel.GREEN, by=by, at=LATER)
    assert Declaration.objects.get().channel == ""


def test_what_another_handed_over_meanwhile_is_not_handed_over_again():
    row = submitted()
    by, stale = officer_of(row.office), Declaration.objects.get(pk=row.pk)
    rail, port = OfficeFactory(code="rail"), OfficeFactory(code="port")
    services.hand_over(row, rail, by=by, at=LATER, reason="flood")
    with pytest.raises(ChangedMeanwhile):
        services.hand_over(stale, port, by=by, at=LATER, reason="flood")
    assert Declaration.objects.get().office == rail


def test_a_box_is_declared_once_a_document_and_one_guarantee_stands_for_it():
    row = submitted()
    with pytest.raises(IntegrityError, match="a_box_is_declared_once_a_document"), transaction.atomic():
        DeclaredContainer.objects.create(declaration=row, visit=row.visits.get())
    taken = {"declaration": row, "amount_minor": 1, "taken_at": LATER}
    first = GuaranteeCharge.objects.create(guarantee=guarantee(), **taken)
    with pytest.raises(IntegrityError, match="a_declaration_takes_one_guarantee"), transaction.atomic():
        GuaranteeCharge.objects.create(guarantee=guarantee(reference="G-2"), **taken)
    GuaranteeCharge.objects.filter(pk=first.pk).update(freed_at=LATER, freed_by="test")
    GuaranteeCharge.objects.create(guarantee=first.guarantee, **taken)


def test_a_release_is_revoked_at_a_moment_before_its_goods_last_moved_and_of_this_terminals_goods_alone():
    lot = stocked(100, customs_status="unknown")
    row = let_go(over_lots((lot, 100), regime=Regime.IMPORT))
    khorgos = TerminalFactory(khorgos=True)
    elsewhere = stocked(
        terminal=khorgos, zone=ZoneFactory(terminal=khorgos), customs_status="free", customs_reference=row.number
    )
    Lot.objects.filter(pk=lot.pk).update(moved_at=APRIL_1 + timedelta(hours=3))
    services.revoke_release(row, by=officer_of(row.office), at=APRIL_1 + timedelta(hours=1), reason="forged")
    assert [Lot.objects.get(pk=each.pk).customs_status for each in (lot, elsewhere)] == ["unknown", "free"]


def test_goods_without_a_value_come_into_bond_without_a_guarantee():
    row = let_go(over_lots((bonded_lot(10), 10), lines=[replace(YARN, value_minor=0)]))
    assert (row.status, GuaranteeCharge.objects.count()) == ("released", 0)
