"""Holds on many boxes and rules on the screen."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from apps.containers.admin import rules
from apps.containers.models import Consignment, Hold, StopRule
from apps.containers.selectors.traits import would_have_followed
from apps.journal.services import Happening, record
from apps.parties.models import Role
from terminal.events import EventKind
from tests.factories.calls import CallFactory
from tests.factories.containers import HoldFactory, StopRuleFactory, VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import UserFactory, staff

pytestmark = pytest.mark.django_db

ADD_HOLD = reverse("admin:containers_hold_add")
ADD_RULE = reverse("admin:containers_stoprule_add")
HELD = {"owner": "terminal", "step": "load", "reason": "papers doubted", "reference": "T-4"}
RULE = {
    "name": "damaged boxes", "event": "damage-noted", "deed": "place_hold", "owner": "terminal",
    "reason": "to be surveyed", "turn": 100, "active": "on", "laden": "unknown",
}  # fmt: skip


@pytest.fixture
def manager(client, lyg):
    rights = ["change_hold", "view_hold", "lift_terminal_hold", "view_consignment", "view_visit"]
    user = staff(*[f"containers.{right}" for right in rights], "calls.view_call", username="zhang", terminal=lyg)
    client.force_login(user)
    return user


class TestPlacingAHold:
    def test_on_a_call(self, client, manager, lyg):
        train = CallFactory(terminal=lyg, number="X9014", ready=True)
        answer = client.post(ADD_HOLD, {**HELD, "call": train.pk, "side": "arriving"})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        hold = Hold.objects.get()
        assert (hold.call, hold.side, hold.step, hold.placed_by) == (train, "arriving", "load", "user:zhang")
        assert "X9014" in client.get(reverse("admin:containers_hold_changelist")).content.decode()
        assert client.get(reverse("admin:containers_hold_change", args=[hold.pk])).status_code == 200

    def test_on_a_booking(self, client, manager, lyg):
        client.post(ADD_HOLD, {**HELD, "paper_kind": "booking", "paper_number": "BK-17", "terminal": lyg.pk})
        assert Hold.objects.get().subject == ("booking", "BK-17")
        found = client.get(reverse("admin:containers_hold_changelist"), {"q": "BK-1"})
        assert len(found.context["cl"].result_list) == 1

    def test_on_a_consignment_from_its_own_page_too(self, client, manager, lyg):
        goods = Consignment.objects.create(terminal=lyg, description="cotton yarn")
        client.post(ADD_HOLD, {**HELD, "consignment": goods.pk})
        answer = client.post(
            reverse("admin:containers_consignment_do", args=[goods.pk, "place_hold"]),
            {"owner": "carrier", "step": "", "reason": "freight not paid", "reference": "L-1", "answered": "1"},
        )
        assert answer.status_code == 302
        assert set(Hold.objects.values_list("consignment", "owner")) == {(goods.pk, "terminal"), (goods.pk, "carrier")}
        page = client.get(reverse("admin:containers_consignment_change", args=[goods.pk])).content.decode()
        assert "freight not paid" in page

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({}, "A hold is on one thing"),
            ({"paper_number": "BK-17"}, "A hold is on one thing"),
            ({"paper_number": "BK-17", "paper_kind": "booking"}, "A hold is on one thing"),
            ({"owner": "customs", "call": True}, "only customs can do that"),
        ],
    )
    def test_what_cannot_be_is_said_and_what_was_typed_is_kept(self, client, manager, lyg, told, said):
        if told.get("call"):
            told = {**told, "call": CallFactory(terminal=lyg).pk}
        page = client.post(ADD_HOLD, {**HELD, **told}, follow=True)
        assert said in page.content.decode()
        assert 'value="papers doubted"' in page.content.decode()
        assert not Hold.objects.exists()

    def test_a_call_of_another_terminal_is_not_offered(self, client, manager, lyg):
        theirs = CallFactory(terminal=TerminalFactory(khorgos=True))
        client.post(ADD_HOLD, {**HELD, "call": theirs.pk})
        assert not Hold.objects.exists()

    def test_a_hold_on_many_boxes_stands_on_the_page_of_each(self, client, manager, lyg):
        visit = VisitFactory(terminal=lyg, active=True, arrival_call=CallFactory(terminal=lyg, number="X9014"))
        HoldFactory(terminal=lyg, visit=None, call=visit.arrival_call, side="arriving", reason="papers doubted")
        page = client.get(reverse("admin:containers_visit_change", args=[visit.pk])).content.decode()
        assert "with all of the call X9014: papers doubted" in page

    def test_nobody_without_the_right_comes_to_the_form(self, client, lyg):
        client.force_login(staff("containers.view_hold", username="wang", terminal=lyg))
        assert client.get(ADD_HOLD).status_code == 403
        assert client.post(ADD_HOLD, HELD).status_code == 403


class TestRules:
    @pytest.fixture
    def planner(self, client, lyg):
        """Somebody who may make rules, as the operations manager may."""
        verbs = ("view", "add", "change", "delete")
        user = staff(*[f"containers.{verb}_stoprule" for verb in verbs], username="aigerim", terminal=lyg)
        client.force_login(user)
        return user

    def test_who_may_makes_the_terminals_rules(self, client, planner, lyg):
        answer = client.post(ADD_RULE, {**RULE, "terminal": lyg.pk})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        made = StopRule.objects.get()
        page = reverse("admin:containers_stoprule_change", args=[made.pk])
        client.post(page, {**RULE, "terminal": lyg.pk, "name": "broken boxes"})
        made.refresh_from_db()
        assert made.name == "broken boxes"

    @pytest.mark.parametrize("owner", ["customs", "carrier", "shipper"])
    def test_only_a_superuser_makes_changes_and_deletes_the_rules_of_others(self, client, planner, lyg, owner):
        theirs, own = StopRuleFactory(terminal=lyg, owner=owner), StopRuleFactory(terminal=lyg)
        told = {**RULE, "terminal": lyg.pk, "owner": owner}
        assert client.post(ADD_RULE, told).status_code == 200
        for rule, status in ((theirs, 403), (own, 200)):
            page = reverse("admin:containers_stoprule_change", args=[rule.pk])
            assert client.post(page, told).status_code == status
        gone = reverse("admin:containers_stoprule_delete", args=[theirs.pk])
        assert client.post(gone, {"post": "yes"}).status_code == 403
        listed = {"action": "delete_selected", "_selected_action": [theirs.pk], "post": "yes"}
        client.post(reverse("admin:containers_stoprule_changelist"), listed)
        assert set(StopRule.objects.filter(owner=owner)) == {theirs}
        client.force_login(UserFactory(is_superuser=True))
        assert client.post(ADD_RULE, told).status_code == 302

    def test_only_the_operations_manager_makes_rules(self, db):
        call_command("loaddata", "site", verbosity=0)
        making = Role.objects.filter(permissions__codename__in=["add_stoprule", "change_stoprule", "delete_stoprule"])
        assert set(making.values_list("code", flat=True)) == {"operations-manager"}
        assert {rule.owner for rule in StopRule.objects.all()} == {"terminal"}

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({"reason": ""}, "a rule needs a reason"),
            ({"deed": "lift_holds"}, "to lift holds the rule that placed them"),
            ({"valid_from_0": "2026-05-02", "valid_from_1": "10:00", "valid_until_0": "2026-05-01",
              "valid_until_1": "10:00"}, "A rule ends after it began."),
        ],
    )  # fmt: skip
    def test_a_rule_that_cannot_act_is_refused_in_words(self, client, lyg, told, said):
        client.force_login(UserFactory(is_superuser=True))
        page = client.post(ADD_RULE, {**RULE, "terminal": lyg.pk, **told})
        assert said in page.content.decode()

    def test_a_rule_lifts_only_what_a_rule_of_its_owner_and_terminal_has_placed(self, client, lyg):
        client.force_login(UserFactory(is_superuser=True))
        theirs = StopRuleFactory(terminal=lyg, owner="customs")
        told = {**RULE, "terminal": lyg.pk, "deed": "lift_holds", "lifts": theirs.pk}
        assert "Name a rule of the same owner" in client.post(ADD_RULE, told).content.decode()
        assert client.post(ADD_RULE, {**told, "owner": "customs"}).status_code == 302

    def test_a_rules_page_says_what_it_would_have_done(self, client, lyg, monkeypatch):
        looked = []

        def look(rule, **since):
            looked.append(rule)
            return would_have_followed(rule, **since)

        monkeypatch.setattr(rules, "would_have_followed", look)
        client.force_login(UserFactory(is_superuser=True))
        laden, empty = VisitFactory(terminal=lyg), VisitFactory(terminal=lyg, laden=False)
        now = timezone.now()
        for visit, days in ((laden, 1), (empty, 2), (laden, 31)):
            about = {"terminal_id": lyg.pk, "actor": "test", "kind": EventKind.DAMAGE_NOTED}
            record(Happening(visit_id=visit.pk, at=now - timedelta(days=days), **about))
        rule = StopRuleFactory(terminal=lyg, event="damage-noted", laden=True, active=False)
        page = client.get(reverse("admin:containers_stoprule_change", args=[rule.pk])).content.decode()
        assert "It would have acted on 1 of 2 events." in page
        assert len(looked) == 1
        monkeypatch.setattr(rules, "MOST", 2)
        page = client.get(reverse("admin:containers_stoprule_change", args=[rule.pk])).content.decode()
        assert "It would have acted on 1 of the latest 2 events." in page

    def test_a_rule_that_has_acted_is_switched_off_not_deleted(self, client, lyg):
        client.force_login(UserFactory(is_superuser=True))
        rule = StopRuleFactory(terminal=lyg)
        HoldFactory(visit=VisitFactory(terminal=lyg, active=True), rule=rule, event=1)
        client.post(reverse("admin:containers_stoprule_delete", args=[rule.pk]), {"post": "yes"})
        assert StopRule.objects.filter(pk=rule.pk).exists()
