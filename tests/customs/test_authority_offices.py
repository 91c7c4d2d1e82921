"""Only the office where a declaration lies, and only while it is in service, lets anything go by a message."""

from datetime import timedelta

import orjson
import pytest

from apps.containers.models import Hold
from apps.containers.selectors import what_stands_between
from apps.customs import services
from apps.customs.models import AuthorityMessage, Declaration, Office
from apps.customs.services.authority import hear_many, retry_waiting
from terminal.customs.word import parse
from terminal.readiness import Owner, Step
from tests.factories.authority import AuthorityFactory, of_box, say, word
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory
from tests.factories.customs import OfficeFactory, declarant_of, drafted, officer_of, submitted

pytestmark = pytest.mark.django_db
NOW = MARCH_14 + timedelta(hours=2)
GREEN = (("registered", {}), ("channel", {"channel": "green"}), ("paid", {}), ("released", {}))


def told(declaration, *steps, first=1, **more):
    return [word(declaration, kind, n, NOW, **own, **more) for n, (kind, own) in enumerate(steps, first)]


def codes(thing):
    visit = thing if hasattr(thing, "container") else thing.visits.get()
    found = what_stands_between(visit, Step.GATE_OUT, NOW)
    return [each.code for each in found if each.owner is Owner.CUSTOMS]


def faults():
    return dict(AuthorityMessage.objects.values_list("reference", "fault"))


def handed_over(declaration):
    rail, officer = OfficeFactory(code="rail"), officer_of(declaration.office)
    return services.hand_over(declaration, rail, by=officer, at=NOW, reason="the train is theirs")


class TestAfterAHandOver:
    def test_what_a_former_office_said_in_advance_releases_nothing_after_a_hand_over(self):
        declaration = submitted()
        early = told(declaration, *GREEN[1:], first=2)
        for message in early:
            say(message, NOW)
        declaration = handed_over(declaration)
        say(word(declaration, "registered", 1, NOW), NOW)
        assert {faults()[each["reference"]] for each in early} == {"wrong-office"}
        declaration.refresh_from_db()
        assert (declaration.status, codes(declaration)) == ("registered", ["answer-awaited"])

    def test_what_the_former_office_stopped_stays_stopped_and_the_new_one_goes_on(self):
        declaration = submitted()
        say(word(declaration, "rejected", 3, NOW), NOW)
        declaration = handed_over(declaration)
        for message in told(declaration, *GREEN):
            say(message | {"reference": message["reference"] + "-rail"}, NOW)
        declaration.refresh_from_db()
        assert (declaration.status, codes(declaration)) == ("released", ["hold"])

    def test_what_waited_while_it_was_a_draft_is_the_word_of_the_office_it_came_to_only(self):
        declaration = drafted()
        for message in told(declaration, *GREEN[1:], first=2):
            say(message, NOW)
        rail = OfficeFactory(code="rail")
        Office.objects.exclude(pk=rail.pk).update(active=False)
        services.submit(declaration, by=declarant_of(declaration), at=NOW)
        say(word(declaration, "registered", 1, NOW, office="rail"), NOW)
        declaration.refresh_from_db()
        assert (declaration.status, set(faults().values())) == ("registered", {"", "wrong-office"})

    @pytest.mark.parametrize("office", ["clearance", "nobody-knows"])
    def test_what_another_office_stops_is_refused_as_its_word_and_stops_the_boxes_all_the_same(self, office):
        declaration = submitted()
        for message in told(declaration, *GREEN):
            say(message, NOW)
        told_late = word(declaration, "release_revoked", 5, NOW, office=office)
        Declaration.objects.update(office=OfficeFactory(code="rail"))
        receipt = say(told_late, NOW)
        declaration.refresh_from_db()
        assert (receipt.state, receipt.fault, declaration.status) == ("refused", "wrong-office", "released")
        assert ("stopped" in receipt.answer, codes(declaration)) == (True, ["hold"])

    def test_what_another_office_lets_go_stops_nothing(self):
        declaration = submitted()
        receipt = say(word(declaration, "released", 4, NOW, office="nobody-knows"), NOW)
        assert (receipt.fault, "stopped" in receipt.answer) == ("wrong-office", False)
        assert not Hold.objects.exists()

    def test_what_stopped_a_draft_by_the_word_of_another_office_stops_it_when_it_is_handed_in(self):
        declaration = drafted()
        say(word(declaration, "rejected", 2, NOW, office="nobody-knows"), NOW)
        services.submit(declaration, by=declarant_of(declaration), at=NOW)
        say(word(declaration, "registered", 1, NOW), NOW)
        assert (faults()[f"{declaration.number}-2-rejected"], "hold" in codes(declaration)) == ("wrong-office", True)


class TestAnOfficeOutOfService:
    @pytest.fixture
    def off(self):
        declaration = submitted()
        Office.objects.update(active=False)
        return declaration

    def test_an_office_switched_off_releases_nothing_by_message_either(self, off):
        for message in told(off, *GREEN):
            receipt = say(message, NOW)
        assert (receipt.state, receipt.fault, codes(off)) == (
            "waiting", "office-out-of-service", ["office-out-of-service"],
        )  # fmt: skip
        assert retry_waiting(NOW) == 0
        Office.objects.update(active=True)
        assert (retry_waiting(NOW), codes(off)) == (1, [])

    def test_nor_by_many_together(self, off):
        file = [(parse(each), orjson.dumps(each).decode()) for each in told(off, *GREEN)]
        assert {each.fault for each in hear_many(file, AuthorityFactory(), NOW)} == {"office-out-of-service"}
        assert codes(off) == ["office-out-of-service"]

    def test_what_stops_acts_all_the_same(self):
        declaration = submitted()
        for message in told(declaration, *GREEN):
            say(message, NOW)
        Office.objects.update(active=False)
        assert say(word(declaration, "release_revoked", 5, NOW), NOW).state == "applied"
        assert codes(declaration) == ["permission-revoked"]
        assert say(of_box("hold", declaration.visits.get().container.number, "clearance", NOW), NOW).state == "applied"

    def test_it_stops_before_its_turn_too_and_the_step_before_it_is_not_taken(self, off):
        for message in told(off, GREEN[0], ("channel", {"channel": "red"})):
            say(message, NOW)
        off.refresh_from_db()
        assert (off.status, "hold" in codes(off)) == ("submitted", True)

    @pytest.mark.parametrize("order", [1, -1])
    def test_a_lift_of_its_waits_until_it_is_in_service_again(self, order):
        OfficeFactory(anti_smuggling=True)
        box = VisitFactory(active=True)
        Office.objects.update(active=False)
        both = [of_box(kind, box.container.number, "port-patrol", NOW) for kind in ("hold", "hold_lifted")]
        for message in both[::order]:
            say(message, NOW)
        assert ("hold" in codes(box), retry_waiting(NOW)) == (True, 0)
        assert faults()[both[1]["reference"]] == "office-out-of-service"
        Office.objects.update(active=True)
        assert (retry_waiting(NOW), Hold.objects.filter(lifted_at=None).exists()) == (1, False)
