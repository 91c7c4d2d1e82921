"""A hold of the authority's is lifted by its own lift only, and its lift ends nothing else."""

from datetime import timedelta

import pytest

from apps.containers.models import Hold
from apps.customs import services
from apps.customs.models import AuthorityMessage
from apps.customs.services import smuggling
from apps.customs.services.authority import retry_waiting
from tests.factories.authority import AuthorityFactory, of_box, say, word
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory
from tests.factories.customs import OfficeFactory, officer_of, submitted
from tests.locking import meanwhile

pytestmark = pytest.mark.django_db
NOW = MARCH_14 + timedelta(hours=2)


@pytest.fixture
def patrol(db):
    return OfficeFactory(anti_smuggling=True)


@pytest.fixture
def box(patrol):
    return VisitFactory(active=True)


def told(kind, box, **more):
    return of_box(kind, box.container.number, more.pop("office", "port-patrol"), NOW, **more)


def standing():
    return sorted(Hold.objects.filter(lifted_at=None).values_list("reference", "kind"))


def test_a_lift_by_another_office_before_its_hold_ends_nothing(box):
    OfficeFactory(code="rail")
    say(told("hold_lifted", box, office="rail"), NOW)
    assert (say(told("hold", box), NOW).state, standing()) == ("applied", [("H-1", "hold")])


def test_a_lift_before_a_seizure_ends_nothing(box):
    say(told("hold_lifted", box), NOW)
    say(told("seizure", box), NOW)
    retry_waiting(NOW)
    assert (standing(), AuthorityMessage.objects.get(kind="hold_lifted").fault) == ([("H-1", "seizure")], "seized")


def the_branchs_block(box, patrol):
    services.block([box], patrol, reason="tip", by=officer_of(patrol), at=MARCH_14)


def the_branchs_case(box, patrol):
    smuggling.open_case(patrol, title="copper", visits=[box], by=officer_of(patrol), at=MARCH_14)


@pytest.mark.parametrize("stop", [the_branchs_block, the_branchs_case])
def test_a_hold_named_like_one_of_the_branchs_does_not_lift_that(stop, box, patrol):
    stop(box, patrol)
    [(reference, kind)] = standing()
    for message in ("hold", "hold_lifted"):
        assert say(told(message, box, hold=reference), NOW).state == "applied"
    assert standing() == [(reference, kind)]


@pytest.mark.parametrize("kind", ["channel", "rejected"])
def test_a_hold_named_like_an_inspection_or_a_stop_does_not_lift_that(kind):
    declaration = submitted()
    say(word(declaration, "registered", 1, NOW), NOW)
    say(word(declaration, kind, {"channel": 2, "rejected": 3}[kind], NOW, **RED.get(kind, {})), NOW)
    before = standing()
    [(reference, _)] = before
    for message in ("hold", "hold_lifted"):
        said = told(message, declaration.visits.get(), hold=reference, office="clearance")
        assert say(said, NOW).state == "applied"
    assert standing() == before


RED = {"channel": {"channel": "red"}}


def test_a_step_in_its_turn_ends_its_own_stop_and_no_hold_of_its_name():
    declaration = submitted()
    say(word(declaration, "inspection_ordered", 3, NOW), NOW)
    [(reference, _)] = standing()
    say(told("hold", declaration.visits.get(), hold=reference, office="clearance"), NOW)
    for turn, kind in enumerate(("registered", "channel"), 1):
        say(word(declaration, kind, turn, NOW), NOW)
    stays = Hold.objects.get(lifted_at=None, reference=reference)
    assert (stays.kept_by, AuthorityMessage.objects.get(kind="inspection_ordered").state) == ("clearance", "applied")


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_its_lift_that_come_at_one_moment_see_each_other():
    OfficeFactory(anti_smuggling=True)
    box = VisitFactory(active=True)
    AuthorityFactory()
    meanwhile(lambda: say(told("hold", box), NOW), lambda: say(told("hold_lifted", box), NOW))
    assert (set(AuthorityMessage.objects.values_list("state", flat=True)), standing()) == ({"applied"}, [])
