"""Pre-advice, the state of a container, and why it cannot move: for its parties and nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.containers.models import Visit, VisitRole
from tests.factories.api import Program
from tests.factories.calls import CallFactory
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    ReferenceFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

pytestmark = pytest.mark.django_db

BOX = "CSQU3054383"
VISITS = "/api/v1/visits/"
STATE = f"/api/v1/containers/{BOX}/"
READINESS = f"{STATE}readiness/?step="
MARCH_1 = datetime(2023, 3, 1, tzinfo=UTC)


@pytest.fixture
def wheat(astana: Program) -> Visit:
    """Astana Grain's box of wheat, in the yard, cell unknown."""
    visit = VisitFactory(container=ContainerFactory(number=BOX), active=True)
    VisitRoleFactory(visit=visit, party=astana.party)
    return visit


def test_a_party_advises_a_container_and_has_its_part_in_it(astana: Program):
    answer = astana.post(VISITS, {"container": "csqu 305438-3", "size_type": "22G1", "role": "consignee"})
    assert answer.status_code == 201
    assert answer["Location"] == STATE
    assert answer.json()["container"] == BOX
    state = astana.get(STATE).json()
    assert (state["visit"], state["state"], state["position"]) == (answer.json()["id"], "advised", "inbound")
    assert state["roles"] == ["consignee"]


def test_what_was_advised_is_what_is_shown(astana: Program):
    said = {
        "container": BOX,
        "size_type": "45G1",
        "laden": True,
        "goods": "reefer",
        "gross_kg": 22_400,
        "destination": "kzala",
        "regime": "transit",
        "direction": "through",
        "references": [{"kind": "smgs", "value": "20764311"}],
    }
    astana.post(VISITS, said)
    state = astana.get(STATE).json()
    assert {name: state[name] for name in said} == {**said, "destination": "KZALA"}


def test_a_list_is_answered_by_a_list_in_the_same_order(astana: Program):
    rows = [{"container": number, "size_type": "22G1"} for number in ("TCLU5088040", BOX)]
    answer = astana.post(VISITS, rows)
    assert [each["container"] for each in answer.json()] == ["TCLU5088040", BOX]
    assert "Location" not in answer


def test_a_list_is_taken_whole_or_not_at_all(astana: Program):
    rows = [{"container": number, "size_type": "22G1"} for number in (BOX, "MSKU1234567")]
    assert astana.post(VISITS, rows).status_code == 422
    assert not Visit.objects.exists()


def test_a_thousand_containers_are_taken_at_once_and_no_more(astana: Program):
    row = {"container": BOX, "size_type": "22G1"}
    assert len(astana.post(VISITS, [row] * 1000).json()) == 1000
    assert astana.post(VISITS, [row] * 1001).status_code == 422
    assert Visit.objects.count() == 1000


def test_advising_a_box_that_is_here_for_others_answers_as_if_it_were_not(wheat: Visit, osaka: Program):
    here = osaka.post(VISITS, {"container": BOX, "size_type": "45G1"}).json()
    unseen = osaka.post(VISITS, {"container": "TCLU5088040", "size_type": "45G1"}).json()
    hidden = ("id", "container", "advised_at")
    assert {**here, **dict.fromkeys(hidden)} == {**unseen, **dict.fromkeys(hidden)}
    mine, other = osaka.get(STATE).json(), osaka.get("/api/v1/containers/TCLU5088040/").json()
    hidden = ("visit", "container", "advised_at")
    assert {**mine, **dict.fromkeys(hidden)} == {**other, **dict.fromkeys(hidden)}
    wheat.refresh_from_db()
    assert wheat.roles.count() == 1


def test_the_state_names_calls_references_and_standing_holds(wheat: Visit, astana: Program):
    train = CallFactory(number="X9014", arrived=True)
    Visit.objects.filter(pk=wheat.pk).update(arrival_call=train)
    ReferenceFactory(visit=wheat, kind="smgs", value="20764311")
    HoldFactory(visit=wheat, owner="customs", reason="X-ray", reference="H-1", step="")
    HoldFactory(visit=wheat, owner="terminal", lifted_at=timezone.now(), lifted_by="user:x")
    state = astana.get(STATE).json()
    assert (state["arrival_call"]["number"], state["arrival_call"]["phase"]) == ("X9014", "arrived")
    assert state["arrival_call"]["arrived_at"] == "2023-03-14T02:15:00Z"
    assert state["departure_call"] is None
    assert state["references"] == [{"kind": "smgs", "value": "20764311"}]
    assert [(hold["owner"], hold["reason"], hold["step"]) for hold in state["holds"]] == [("customs", "X-ray", None)]


def test_a_hold_on_a_whole_train_is_told_to_those_whose_box_it_reaches_alone(
    wheat: Visit, astana: Program, osaka: Program
):
    train = CallFactory(terminal=wheat.terminal, number="X9014", arrived=True)
    Visit.objects.filter(pk=wheat.pk).update(arrival_call=train)
    steel = VisitFactory(terminal=wheat.terminal, container=ContainerFactory(number="TCLU5088040"), active=True)
    VisitRoleFactory(visit=steel, party=osaka.party)
    HoldFactory(terminal=wheat.terminal, visit=None, call=train, side="arriving", reason="X-ray", reference="H-1")
    (hold,) = astana.get(STATE).json()["holds"]
    assert (hold["reason"], hold["on"]) == ("X-ray", {"kind": "call", "number": "X9014"})
    (blocker, *_others) = astana.get(f"{READINESS}gate_out").json()["blockers"]
    assert "call X9014" in blocker["detail"]
    theirs = osaka.get("/api/v1/containers/TCLU5088040/").json()
    assert theirs["holds"] == []
    assert osaka.get(STATE).status_code == 404


def test_an_active_visit_comes_before_an_advised_one_before_a_past_one(wheat: Visit, astana: Program):
    past = VisitFactory(container=wheat.container, departed=True, arrived_at=MARCH_1, departed_at=MARCH_1)
    advised = VisitFactory(container=wheat.container)
    for visit in (past, advised):
        VisitRoleFactory(visit=visit, party=astana.party)
    for visit, state in ((wheat, "active"), (advised, "advised"), (past, "departed")):
        assert astana.get(STATE).json()["state"] == state
        VisitRole.objects.filter(visit=visit).delete()
    assert astana.get(STATE).status_code == 404


@pytest.mark.parametrize("part", ["", "events/", "readiness/?step=load"])
def test_a_strangers_box_is_answered_as_one_never_seen(wheat: Visit, osaka: Program, part):
    there, nowhere = osaka.get(f"{STATE}{part}"), osaka.get(f"/api/v1/containers/TCLU5088040/{part}")
    assert there.status_code == nowhere.status_code == 404
    assert there.content.replace(BOX.encode(), b"") == nowhere.content.replace(b"TCLU5088040", b"")
    assert dict(there.headers) == dict(nowhere.headers)


def test_a_role_that_ended_or_has_not_begun_shows_nothing(wheat: Visit, osaka: Program, astana: Program):
    now = timezone.now()
    VisitRoleFactory(visit=wheat, party=osaka.party, role="haulier", since=now - timedelta(2), until=now - timedelta(1))
    VisitRoleFactory(visit=wheat, party=osaka.party, role="consignee", since=now + timedelta(1))
    assert osaka.get(STATE).status_code == 404
    assert osaka.get(f"{READINESS}load").status_code == 404


def test_a_box_at_another_terminal_is_not_here(astana: Program):
    elsewhere = VisitFactory(container=ContainerFactory(number=BOX), terminal=TerminalFactory(khorgos=True))
    VisitRoleFactory(visit=elsewhere, party=astana.party)
    assert astana.get(STATE).status_code == 404


def test_what_stands_in_the_way_is_named_with_owner_and_remedy(wheat: Visit, astana: Program):
    HoldFactory(visit=wheat, owner="carrier", reason="freight unpaid", reference="INV-7", step="gate_out")
    answer = astana.get(f"{READINESS}gate_out").json()
    assert (answer["ready"], answer["step"]) == (False, "gate_out")
    assert [each["code"] for each in answer["blockers"]] == ["hold", "permission-rule-unknown"]
    hold, rule = answer["blockers"]
    assert (hold["owner"], hold["reference"]) == ("carrier", "INV-7")
    assert "freight unpaid" in hold["detail"]
    assert hold["since"].endswith("Z")
    assert rule["owner"] == "customs"
    assert rule["remedy"]
    assert set(hold) == {"code", "step", "owner", "reference", "since", "detail", "remedy"}


def test_a_box_in_nobodys_way_is_ready(wheat: Visit, astana: Program):
    for step in ("load", "gate_out", "strip", "release"):
        PermissionRuleFactory(
            terminal=wheat.terminal, regime="transit", laden=True, direction="through", step=step, required=False
        )
    answer = astana.get(f"{READINESS}gate_out").json()
    assert (answer["ready"], answer["blockers"]) == (True, [])


def test_a_permission_in_force_takes_its_blocker_away(wheat: Visit, astana: Program):
    before = astana.get(f"{READINESS}strip").json()
    PermissionFactory(visit=wheat, owner="customs", step="strip", granted_at=MARCH_1)
    after = astana.get(f"{READINESS}strip").json()
    assert (len(before["blockers"]), len(after["blockers"])) == (1, 0)


@pytest.mark.parametrize("query", ["", "?step=", "?step=release", "?step=fly", "?step=LOAD"])
def test_only_steps_a_party_can_ask_for_are_answered(wheat: Visit, astana: Program, query):
    answer = astana.get(f"{STATE}readiness/{query}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/step")


def test_a_container_costs_a_constant_number_of_queries(wheat, astana: Program, django_assert_max_num_queries):
    for _ in range(5):
        HoldFactory(visit=wheat)
        ReferenceFactory(visit=wheat)
        VisitRoleFactory(visit=wheat, party=PartyFactory())
    with django_assert_max_num_queries(10):
        astana.get(STATE)
    with django_assert_max_num_queries(6):
        astana.get(f"{READINESS}load")


def test_size_and_number_are_shown_as_the_box_once_it_has_been_seen(wheat: Visit, astana: Program):
    assert astana.get(STATE).json()["size_type"] == wheat.container.size_type
