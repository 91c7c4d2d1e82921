"""Which office gets a declaration, why, and how it is handed on."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.customs import selectors, services
from apps.customs.models import ClockPeriod, Declaration, Jurisdiction, Office
from apps.journal.models import Entry
from terminal.customs.workload import Load, expected_minutes, least_loaded
from terminal.lifecycle import Channel
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, declarant_of, drafted, officer_of, submitted

LATER = MARCH_14 + timedelta(hours=2)


def test_the_office_with_the_least_work_takes_it_and_not_the_one_with_the_fewest():
    assert least_loaded([Load("rail", 240, 0), Load("port", 45, 0)], 0).code == "port"


def test_of_equals_the_one_given_least_lately_takes_it_and_of_those_the_first_by_code():
    equals = [Load("rail", 0, 50), Load("port", 0, 20), Load("area", 0, 20)]
    assert least_loaded(equals, 60).code == "area"


def test_what_an_office_was_given_above_the_mean_counts_as_if_it_still_lay_there():
    idle, busy = Load("rail", 0, 300), Load("port", 100, 120)
    assert least_loaded([idle, busy], 300).code == "rail"
    assert least_loaded([idle, busy], 200).code == "port"


def test_work_is_expected_as_known_else_as_of_other_regimes_else_as_usual():
    known = {("import", "red"): 300, ("export", "red"): 120, ("return", "red"): 200}
    assert expected_minutes("import", "red", known) == 300
    assert expected_minutes("transit", "red", known) == 200
    assert (expected_minutes("import", "", known), expected_minutes("import", "green", known)) == (40, 15)


@pytest.fixture
def _offices(db):
    for code in ("rail", "port"):
        OfficeFactory(code=code)


def reasons():
    entries = Entry.objects.filter(kind="declaration-assigned").order_by("pk")
    return [(each.payload["office"], each.payload["reason"]) for each in entries]


@pytest.mark.usefixtures("_offices")
def test_it_goes_where_least_work_is_left_of_those_it_falls_to_and_says_with_which_numbers():
    rail, port = Office.objects.get(code="rail"), Office.objects.get(code="port")
    (
        OfficeFactory(code="area"),
        OfficeFactory(code="closed", active=False),
        OfficeFactory(code="statistics", clears=False),
    )
    for office in Office.objects.exclude(code="area"):
        Jurisdiction.objects.create(office=office, regime="transit")
    assert [submitted().office.code for _ in range(2)] == ["port", "rail"]
    Declaration.objects.filter(office=port).update(expected_minutes=300)
    third = submitted()
    assert third.office == rail
    assert reasons()[-1] == ("rail", "least work expected: rail 40 min; port 300 min and 187 given above the mean")
    assert (third.expected_minutes, third.proposed_channel) == (40, "")
    Declaration.objects.filter(office=port).update(status="paid", submitted_at=MARCH_14 - timedelta(days=60))
    assert submitted().office == port


@pytest.mark.usefixtures("_offices")
def test_what_no_rule_covers_goes_to_the_office_that_takes_the_rest_and_the_journal_says_so():
    Jurisdiction.objects.create(office=Office.objects.get(code="rail"), regime="import")
    OfficeFactory(code="clearance", takes_the_rest=True)
    assert submitted().office.code == "clearance"
    assert reasons() == [("clearance", "no rule covers it: clearance takes the rest")]


@pytest.mark.usefixtures("_offices")
def test_what_falls_to_an_office_that_is_switched_off_is_taken_by_the_rest():
    rail = OfficeFactory(code="rail")
    Jurisdiction.objects.create(office=rail, regime="transit")
    OfficeFactory(code="clearance", takes_the_rest=True)
    Office.objects.filter(pk=rail.pk).update(active=False)
    assert submitted().office.code == "clearance"
    Office.objects.filter(code="clearance").update(active=False)
    assert submitted().office.code == "port"
    assert [why.split(",")[0].split(":")[0] for _, why in reasons()] == ["those it falls to are out of service"] * 2


@pytest.mark.usefixtures("_offices")
def test_handed_over_its_clock_goes_on_at_the_other_office_and_it_is_that_ones_work():
    declaration = submitted()
    first, other = declaration.office, Office.objects.exclude(pk=declaration.office_id).get()
    services.hand_over(declaration, other, by=officer_of(first), at=LATER, reason="flood")
    periods = ClockPeriod.objects.filter(declaration=declaration, status="submitted").order_by("pk")
    assert [(each.office, each.clock, each.began_at, each.ended_at) for each in periods] == [
        (first, "customs", MARCH_14, LATER), (other, "customs", LATER, None),
    ]  # fmt: skip
    left = {each.office: each.remaining for each in selectors.loads(declaration.terminal, LATER)}
    assert left == {first: 0, other: 40}


@pytest.mark.usefixtures("_offices")
def test_it_is_handed_to_an_office_in_service_only_as_it_is_now():
    declaration = submitted()
    by, other = officer_of(declaration.office), Office.objects.exclude(pk=declaration.office_id).get()
    Office.objects.filter(pk=other.pk).update(active=False)
    with pytest.raises(services.OfficeIsClosed):
        services.hand_over(declaration, other, by=by, at=LATER, reason="flood")
    with pytest.raises(services.OfficeIsClosed):
        services.hand_over(declaration, OfficeFactory(code="tax", clears=False), by=by, at=LATER, reason="flood")


@pytest.mark.usefixtures("_offices")
def test_the_work_left_shrinks_as_it_is_done_and_grows_with_the_channel():
    declaration = submitted()

    def left():
        return sum(each.remaining for each in selectors.loads(declaration.terminal, LATER))

    by = officer_of(declaration.office)
    services.register(declaration, by=by, at=LATER)
    assert left() == 36
    services.assign_channel(declaration, Channel.YELLOW, by=by, at=LATER)
    assert left() == 0.75 * 90
    services.reject(declaration, by=by, at=LATER, reason="no papers")
    assert left() == 0


@pytest.mark.django_db(transaction=True)
def test_two_submitted_at_once_do_not_both_see_the_office_idle():
    for code in ("rail", "port"):
        OfficeFactory(code=code)
    drafts, together = [drafted() for _ in range(4)], Barrier(4)

    def hand_in(declaration):
        by = declarant_of(declaration)
        together.wait()
        services.submit(declaration, by=by, at=MARCH_14)
        connection.close()

    threads = [Thread(target=hand_in, args=(each,)) for each in drafts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(Declaration.objects.values_list("office__code", flat=True)) == ["port", "port", "rail", "rail"]
