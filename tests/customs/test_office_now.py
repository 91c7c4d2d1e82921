"""An officer decides for the office at which the declaration lies at that moment, not for the one it was read at."""

from datetime import timedelta
from functools import partial

import pytest

from apps.common.steps import ChangedMeanwhile
from apps.customs import services
from apps.customs.models import Amendment, Declaration
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Direction
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, declarant_of, officer_of, submitted
from tests.factories.declaring import YARN, guarantee
from tests.locking import meanwhile

pytestmark = pytest.mark.django_db
LATER = MARCH_14 + timedelta(hours=2)
D = DeclarationStatus


def hand_over(declaration):
    """To the rail office, without a word to whoever has the declaration in hand."""
    now = Declaration.objects.get(pk=declaration.pk)
    services.hand_over(now, OfficeFactory(code="rail"), by=officer_of(now.office), at=LATER, reason="flood")


def checked(**more):
    row = submitted(**more)
    services.register(row, channel=Channel.YELLOW, by=officer_of(row.office), at=LATER)
    return row


def ready_to_release():
    row = checked()
    for wanted in (D.ASSESSED, D.PAID):
        services.move(row, wanted, by=officer_of(row.office), at=LATER)
    return row


def released():
    guarantee()
    row = submitted()
    by = declarant_of(row)
    services.amend(row, services.DeclarationChange(lines=[YARN]), reason="goods", by=by, at=LATER)
    services.register(row, channel=Channel.GREEN, by=officer_of(row.office), at=LATER)
    return row


def asked():
    row = checked()
    services.query(row, by=officer_of(row.office), at=LATER, question="Which mill?")
    return row


DEEDS = {
    "register": (submitted, lambda row, **by: services.register(row, **by)),
    "query": (checked, lambda row, **by: services.query(row, question="Which mill?", **by)),
    "refer": (checked, lambda row, **by: services.refer(row, agency="Plant quarantine", **by)),
    "note an answer": (asked, lambda row, **by: services.answer(row, reply="No. 2", **by)),
    "release": (ready_to_release, lambda row, **by: services.release(row, **by)),
    "revoke": (released, lambda row, **by: services.revoke_release(row, reason="forged", **by)),
    "discharge": (released, lambda row, **by: services.discharge(row, reference="T-1", **by)),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_the_former_offices_officer_decides_nothing_after_a_hand_over(deed):
    begin, act = DEEDS[deed]
    row = begin()
    former = officer_of(row.office)
    hand_over(row)
    before = Declaration.objects.values().get(pk=row.pk)
    with pytest.raises(services.AnotherOffice):
        act(row, by=former, at=LATER)
    assert Declaration.objects.values().get(pk=row.pk) == before


def test_nor_does_it_decide_an_amendment():
    row = checked()
    change = services.DeclarationChange(direction=Direction.INBOUND)
    amendment = services.amend(row, change, reason="wrong way", by=declarant_of(row), at=LATER)
    former = officer_of(row.office)
    hand_over(row)
    for decide in (services.accept_amendment, services.refuse_amendment):
        with pytest.raises(services.AnotherOffice):
            decide(amendment, by=former, at=LATER, answer="seen")
    assert Amendment.objects.get().status == "asked"


def test_what_another_did_meanwhile_is_looked_at_before_the_next_step():
    row = checked()
    by, stale = officer_of(row.office), Declaration.objects.get(pk=row.pk)
    services.query(row, by=by, at=LATER, question="Which mill?")
    with pytest.raises(ChangedMeanwhile):
        services.move(stale, D.ASSESSED, by=by, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_a_hand_over_that_is_not_over_yet_is_waited_for():
    row = ready_to_release()
    former, stale = officer_of(row.office), Declaration.objects.get(pk=row.pk)
    declarant, change = declarant_of(row), services.DeclarationChange(direction=Direction.INBOUND)
    refused = meanwhile(lambda: hand_over(row), lambda: services.release(stale, by=former, at=LATER))
    assert [type(each) for each in refused] == [services.AnotherOffice]
    there, by = Declaration.objects.get(), officer_of(OfficeFactory(code="rail"))
    hand_back = partial(services.hand_over, there, row.office, by=by, at=LATER, reason="dry again")
    assert not meanwhile(hand_back, partial(services.amend, stale, change, reason="way", by=declarant, at=LATER))
    assert Amendment.objects.exists()
