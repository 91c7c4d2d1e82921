"""What is handed in is judged as it is at that moment, whatever else happens to it meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.containers.models import VisitRole
from apps.customs import services
from apps.customs.models import Declaration, RiskRule
from apps.parties.actors import Actor
from apps.warehouse.models import Lot
from terminal.lifecycle import StepNotAllowed
from terminal.regimes import Direction, Regime
from tests.factories.bonded import bonded_lot
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.customs import OfficeFactory, declarant_of, drafted
from tests.factories.declaring import YARN, cotton
from tests.factories.network import TerminalFactory
from tests.locking import locked_tables, meanwhile

pytestmark = pytest.mark.django_db
LATER = MARCH_14 + timedelta(hours=2)
Change = services.DeclarationChange


def box_of(party, **more):
    visit = VisitFactory(active=True, **more)
    VisitRoleFactory(visit=visit, party=party)
    return visit


def begun(**said):
    OfficeFactory()
    party = cotton()
    values = {"regime": Regime.TRANSIT, "direction": Direction.INBOUND, "lines": [YARN], "at": MARCH_14, **said}
    return services.draft(terminal=TerminalFactory(), declarant=party, by=Actor.program(party, "key"), **values)


def test_a_box_that_is_not_the_declarants_any_more_is_not_handed_in():
    row = drafted(boxes=2)
    VisitRole.objects.filter(visit=row.visits.first()).update(until=LATER)
    with pytest.raises(services.NothingDeclared):
        services.submit(row, by=declarant_of(row), at=LATER)
    row.refresh_from_db()
    assert row.status == "draft"


def test_boxes_are_locked_before_lots_and_the_declaration_before_both():
    row = begun(visits=[box_of(cotton())], parts=[services.Part(lot=bonded_lot(10), packages=4)])
    tables = ("customs_declaration", "containers_visit", "warehouse_lot")
    with locked_tables(*tables) as handing_in:
        services.submit(row, by=declarant_of(row), at=LATER)
    more = Change(visits=[*row.visits.all(), box_of(cotton())], parts=[services.Part(lot=bonded_lot(10), packages=1)])
    with locked_tables(*tables) as amending:
        services.amend(row, more, reason="forgotten", by=declarant_of(row), at=LATER)
    assert list(dict.fromkeys(handing_in)) == list(dict.fromkeys(amending)) == list(tables)


@pytest.mark.django_db(transaction=True)
def test_what_is_changed_while_it_is_handed_in_is_judged_too():
    row = begun(visits=[box_of(cotton())])
    RiskRule.objects.create(terminal=row.terminal, name="steel", channel="red", hs_prefix="72")
    by, stale = declarant_of(row), Declaration.objects.get(pk=row.pk)
    steel = Change(lines=[replace(YARN, hs_code="720811")])
    refused = meanwhile(
        lambda: services.update_draft(row, steel, by=by, at=LATER), lambda: services.submit(stale, by=by, at=LATER)
    )
    assert not refused
    row.refresh_from_db()
    assert (row.status, row.hs_code, row.proposed_channel) == ("submitted", "720811", "red")


def test_a_train_that_two_hand_in_is_handed_in_once():
    train = CallFactory()
    box_of(cotton(), arrival_call=train)
    row = begun(call=train)
    stale = Declaration.objects.get(pk=row.pk)
    services.submit(row, by=declarant_of(row), at=LATER)
    with pytest.raises(StepNotAllowed):
        services.submit(stale, by=declarant_of(row), at=LATER)
    assert row.containers.count() == 1


def test_of_goods_no_more_is_amended_than_is_there_at_that_moment():
    lot = bonded_lot(10)
    row = begun(parts=[services.Part(lot=lot, packages=4)])
    services.submit(row, by=declarant_of(row), at=LATER)
    Lot.objects.update(packages=6)
    change = Change(parts=[services.Part(lot=lot, packages=7)])
    with pytest.raises(services.MoreThanCanBeDeclared):
        services.amend(row, change, reason="forgotten", by=declarant_of(row), at=LATER)
