"""Visits and holds on the screen, as people work with them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.containers.models import Hold, VisitRole
from apps.containers.services import NewHold, place_holds
from apps.parties.actors import Actor
from terminal.lifecycle import VisitState
from terminal.readiness import Owner
from tests.factories.calls import CallFactory
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    ReferenceFactory,
    VisitFactory,
)
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db

LIST = reverse("admin:containers_visit_changelist")
SEE = [f"containers.view_{name}" for name in ("visit", "hold", "permission", "container")]


def page(row) -> str:
    return reverse(f"admin:containers_{row._meta.model_name}_change", args=[row.pk])


def do(client, row, action, **answers):
    where = reverse(f"admin:containers_{row._meta.model_name}_do", args=[row.pk, action])
    return client.post(where, {"answered": "1", **answers}, follow=True)


@pytest.fixture
def planner(client, lyg):
    rights = ["containers.change_visit", "containers.change_hold", "containers.lift_terminal_hold"]
    user = staff(*SEE, *rights, "containers.override_hold", username="zhang.wei", terminal=lyg)
    client.force_login(user)
    return user


@pytest.mark.parametrize("typed", ["CSQU305438", "csqu 305", "BK77"])
def test_a_visit_is_found_by_the_beginning_of_its_number_or_reference(client, planner, lyg, typed):
    found = VisitFactory(terminal=lyg, container__number="CSQU3054383")
    ReferenceFactory(visit=found, value="BK7712")
    VisitFactory(terminal=lyg)
    assert list(client.get(LIST, {"q": typed}).context["cl"].result_list) == [found]


def test_the_list_costs_the_same_for_many_visits(client, planner, lyg, django_assert_max_num_queries):
    for _ in range(30):
        VisitFactory(terminal=lyg, active=True, arrival_call=CallFactory(terminal=lyg))
    with django_assert_max_num_queries(25):
        client.get(LIST)


def test_who_serves_one_site_sees_nothing_of_another(client, planner):
    elsewhere = VisitFactory(terminal=TerminalFactory(khorgos=True), active=True)
    hold = HoldFactory(visit=elsewhere)
    assert not client.get(LIST).context["cl"].result_list
    assert client.get(page(elsewhere)).status_code == 302
    assert client.get(page(hold)).status_code == 302
    box = client.get(page(elsewhere.container)).content.decode()
    assert elsewhere.terminal.name not in box


def test_the_page_of_a_visit_tells_every_blocker_of_every_step_and_its_history(client, planner, lyg):
    PermissionRuleFactory(terminal=lyg, step="gate_out", required=False)
    visit = VisitFactory(terminal=lyg, active=True)
    new = NewHold(visit=visit, owner=Owner.CUSTOMS, reason="100% <check>", reference="QZ-7")
    place_holds([new], by=Actor.itself("test"), at=timezone.now())
    PermissionFactory(visit=visit, reference="CD-2023-000777")
    shown = client.get(page(visit)).content.decode()
    assert "Only customs can lift the hold QZ-7." in shown
    assert "100% &lt;check&gt;" in shown
    assert "<check>" not in shown
    assert "CD-2023-000777" in shown
    assert "hold placed" in shown
    Hold.objects.update(lifted_at=timezone.now())
    assert "nothing: free to go" in client.get(page(visit)).content.decode()


def test_a_planner_holds_a_box_and_lets_it_go(client, planner, lyg):
    visit = VisitFactory(terminal=lyg, active=True)
    do(client, visit, "place_hold", owner="terminal", step="", reason="door bent")
    hold = Hold.objects.get(visit=visit)
    assert (hold.reason, hold.placed_by) == ("door bent", "user:zhang.wei")
    do(client, hold, "lift", reason="door repaired")
    hold.refresh_from_db()
    assert hold.lifted_by == "user:zhang.wei"


def test_a_planner_neither_places_nor_lifts_nor_overrides_customs_holds(client, planner, lyg):
    hold = HoldFactory(visit__terminal=lyg, owner="customs")
    do(client, hold.visit, "place_hold", owner="customs", step="", reason="as they told us")
    assert do(client, hold, "lift_customs", reason="as they told us").status_code == 403
    for action in ("lift", "propose_override"):
        told = do(client, hold, action, reason="as they told us").content.decode()
        assert "customs" in told
    assert list(Hold.objects.values_list("pk", "lifted_at")) == [(hold.pk, None)]
    offered = client.get(page(hold)).content.decode()
    assert "/do/lift" not in offered


def test_an_officer_lifts_customs_holds_and_no_other(client, lyg):
    client.force_login(staff(*SEE, "containers.lift_customs_hold", username="li.na", terminal=lyg))
    theirs, other = HoldFactory(visit__terminal=lyg, owner="customs"), HoldFactory(visit__terminal=lyg)
    do(client, theirs, "lift_customs", reason="inspected")
    do(client, other, "lift_customs", reason="inspected")
    assert set(Hold.objects.filter(lifted_at=None)) == {other}


def test_an_override_takes_two_people_at_the_screen(client, planner, lyg):
    hold = HoldFactory(visit__terminal=lyg, owner="carrier")
    do(client, hold, "propose_override", reason="line is closed")
    assert "somebody else has to confirm" in do(client, hold, "confirm_override").content.decode()
    client.force_login(staff(*SEE, "containers.override_hold", username="aigerim", terminal=lyg))
    do(client, hold, "confirm_override")
    hold.refresh_from_db()
    assert (hold.override_proposed_by, hold.lifted_by) == (planner, "user:aigerim")


def test_a_box_comes_in_at_the_screen_and_goes_out_only_where_the_right_to_collect_is_asked(client, planner, lyg):
    PermissionRuleFactory(terminal=lyg, step="gate_out", required=False)
    truck = CallFactory(terminal=lyg, truck=True, arrived=True)
    visit = VisitFactory(terminal=lyg)
    do(client, visit, "gate_in", call=truck.pk)
    visit.refresh_from_db()
    assert (visit.state, visit.arrival_call) == (VisitState.ACTIVE, truck)
    do(client, visit, "gate_out")
    visit.refresh_from_db()
    assert visit.state == VisitState.ACTIVE


def test_an_advice_is_cancelled_and_a_party_given_its_part(client, planner, lyg):
    visit, party = VisitFactory(terminal=lyg), PartyFactory(code="kazgrain")
    do(client, visit, "give_role", party=party.pk, role="shipper", until_0="", until_1="")
    assert VisitRole.objects.get(visit=visit).party == party
    do(client, visit, "cancel", reason="")
    visit.refresh_from_db()
    assert visit.state == VisitState.CANCELLED


def test_every_list_and_filter_opens(client, planner, lyg):
    HoldFactory(visit__terminal=lyg)
    ContainerFactory()
    for name in ("visit", "hold", "permission", "container"):
        assert client.get(reverse(f"admin:containers_{name}_changelist"), {"q": "KTZU"}).status_code == 200
    for standing, count in (("yes", 1), ("proposed", 0), ("no", 0)):
        holds = client.get(reverse("admin:containers_hold_changelist"), {"standing": standing})
        assert len(holds.context["cl"].result_list) == count


def test_a_reader_is_offered_nothing_to_do(client, lyg):
    client.force_login(staff(*SEE, username="erlan", terminal=lyg))
    visit = VisitFactory(terminal=lyg, active=True, advised_at=timezone.now() - timedelta(days=1))
    assert "/do/" not in client.get(page(visit)).content.decode()
    assert do(client, visit, "place_hold", owner="terminal", reason="x").status_code == 403
