"""The anti-smuggling branch's file is for its officers alone; that a box is stopped is for all to see."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse

from apps.common.attachments import NoSuchFile, shown_to
from apps.containers.models import Hold
from apps.containers.selectors import what_stands_between
from apps.containers.services import KeptByItsOffice, lift_hold
from apps.customs.models import Case, Office, Officer
from apps.customs.selectors.smuggling import cases_of
from apps.customs.services import AnotherOffice, NotAnAntiSmugglingOffice, block, smuggling
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.readiness import Step
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory
from tests.factories.customs import OFFICERS_RIGHTS, OfficeFactory, officer_of
from tests.factories.network import TerminalFactory
from tests.factories.parties import UserFactory, staff

pytestmark = pytest.mark.django_db
NOW = MARCH_14 + timedelta(hours=2)
SECRET = "Tip of the driver Wang: cigarettes behind the cotton"


@pytest.fixture
def patrol():
    return OfficeFactory(anti_smuggling=True)


@pytest.fixture
def patrolman(patrol):
    return officer_of(patrol, "officer-of-patrol")


@pytest.fixture
def case(patrol, patrolman):
    return smuggling.open_case(patrol, title=SECRET, by=patrolman, at=NOW, visits=[VisitFactory(active=True)])


def others(patrol):
    """Everybody else, whatever they may otherwise."""
    elsewhere = OfficeFactory(terminal=TerminalFactory(khorgos=True), code="patrol", kind=Office.Kind.ANTI_SMUGGLING)
    rights = (*OFFICERS_RIGHTS, "customs.view_case", "customs.change_case", "common.view_attachment")
    inspector = Actor.person(staff(*rights, username="inspector"))
    Officer.objects.create(user=inspector.user, office=patrol, role=Officer.Role.INSPECTOR)
    return [
        Actor.person(UserFactory(username="root", is_superuser=True, is_staff=True)),
        Actor.person(staff(*rights, username="manager")),
        officer_of(OfficeFactory(), "officer-li"),
        officer_of(elsewhere, "officer-of-khorgos"),
        inspector,
    ]


def test_the_block_is_for_all_and_says_nothing_of_the_case(case):
    hold = Hold.objects.get()
    assert (hold.reason, hold.reference, hold.kept_by, hold.owner) == (
        "customs control", case.number, "port-patrol", "customs",
    )  # fmt: skip
    told = [str(each.as_facts()) for each in what_stands_between(case.visits.get(), Step.GATE_OUT, NOW)]
    assert case.number in told[0]
    assert SECRET not in "".join(told)


def test_nothing_of_the_file_stands_in_the_journal(case, patrolman):
    smuggling.add_note(case, text=SECRET, by=patrolman, at=NOW)
    smuggling.add_file(case, BytesIO(b"photo of the driver"), name="wang.txt", by=patrolman, at=NOW)
    smuggling.close_case(case, outcome=SECRET, lift=True, by=patrolman, at=NOW)
    written = " ".join(str(each.payload) for each in Entry.objects.all())
    assert Entry.objects.exists()
    assert not [word for word in ("Wang", "cigarettes", "wang.txt") if word in written]


def test_only_officers_of_the_branch_and_its_offices_read_cases(case, patrol):
    branch = OfficeFactory(code="branch", kind=Office.Kind.BRANCH, clears=False)
    for who in (officer_of(patrol, "officer-of-patrol"), officer_of(branch, "head-of-branch")):
        assert list(cases_of(who.user)) == [case]
    assert [list(cases_of(who.user)) for who in others(patrol)] == [[]] * 5


def test_a_file_is_handed_to_them_alone(case, patrol, patrolman):
    kept = smuggling.add_file(case, BytesIO(b"photo"), name="wang.txt", by=patrolman, at=NOW)
    assert shown_to(kept.public_id, patrolman) == kept
    for who in others(patrol):
        with pytest.raises(NoSuchFile):
            shown_to(kept.public_id, who)


def test_the_page_shows_a_superuser_no_case(client, case, patrol):
    for who in others(patrol)[:2]:
        client.force_login(who.user)
        listed = client.get(reverse("admin:customs_case_changelist"))
        assert SECRET not in listed.content.decode()
        page = client.get(reverse("admin:customs_case_change", args=[case.pk]), follow=True)
        assert SECRET not in page.content.decode()


def test_the_branch_works_a_case_on_its_page(client, case, patrol):
    rights = (*OFFICERS_RIGHTS, "customs.view_case", "customs.change_case")
    user = staff(*rights, username="captain", terminal=patrol.terminal)
    user.is_staff = True
    user.save()
    Officer.objects.create(user=user, office=patrol)
    client.force_login(user)
    page = client.get(reverse("admin:customs_case_change", args=[case.pk])).content.decode()
    assert SECRET in page
    assert case.visits.get().container.number in page


def test_nobody_else_writes_lifts_or_closes(case, patrol):
    for who in others(patrol):
        with pytest.raises(Exception) as refusal:
            smuggling.add_note(case, text="mine", by=who, at=NOW)
        assert refusal.type.__name__ in ("AnotherOffice", "NotYours")
        with pytest.raises(KeptByItsOffice):
            lift_hold(Hold.objects.get(), by=who, at=NOW)
    with pytest.raises(AnotherOffice):
        smuggling.close_case(case, outcome="nothing", lift=True, by=officer_of(OfficeFactory(), "officer-li"), at=NOW)


@pytest.mark.parametrize(("lift", "standing"), [(True, 0), (False, 2)])
def test_the_end_of_a_case_lets_its_boxes_go_or_keeps_them(case, patrolman, lift, standing):
    more = VisitFactory(active=True)
    smuggling.add_boxes(case, [more, case.visits.get()], by=patrolman, at=NOW)
    assert Hold.objects.filter(lifted_at=None).count() == 2
    smuggling.close_case(case, outcome="found", lift=lift, by=patrolman, at=NOW)
    assert Hold.objects.filter(lifted_at=None).count() == standing
    for act in (lambda: smuggling.add_note(case, text="late", by=patrolman, at=NOW),
                lambda: smuggling.close_case(case, outcome="again", lift=True, by=patrolman, at=NOW)):  # fmt: skip
        with pytest.raises(smuggling.CaseIsClosed):
            act()
    assert Hold.objects.filter(lifted_at=None).count() == standing


def test_the_end_of_one_case_leaves_what_another_holds(case, patrol, patrolman):
    other = smuggling.open_case(patrol, title="another", by=patrolman, at=NOW, visits=[case.visits.get()])
    block([case.visits.get()], patrol, by=patrolman, at=NOW, reason="tip")
    smuggling.close_case(case, outcome="nothing", lift=True, by=patrolman, at=NOW)
    assert set(Hold.objects.filter(lifted_at=None).values_list("reference", flat=True)) == {other.number, "port-patrol"}


def test_an_office_that_clears_opens_no_case():
    office = OfficeFactory()
    with pytest.raises(NotAnAntiSmugglingOffice):
        smuggling.open_case(office, title="x", by=officer_of(office), at=NOW)
    assert not Case.objects.exists()
