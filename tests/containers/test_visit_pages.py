"""A visit's page: what is noted of the box, what was entered wrongly, its papers; and how boxes are found."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.common.models import Attachment
from apps.containers import services
from apps.containers.models import AllowedNumber, Damage, Hazard, Seal, Temperature, Visit, Weight
from apps.parties.actors import Actor
from apps.trains.models import Wagon, WagonLoad
from terminal.lifecycle import VisitState
from tests.factories.calls import CallFactory
from tests.factories.containers import ContainerFactory, ReferenceFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import MembershipFactory, PartyFactory, staff
from tests.factories.pictures import jpeg, png
from tests.factories.trains import TrainVisitFactory

pytestmark = pytest.mark.django_db

SEE = ["containers.view_visit", "containers.view_container", "common.view_attachment"]
DO = ["change_visit", "note_visit", "retract_movement", "join_visit", "allow_number"]
LIST, ADD = reverse("admin:containers_visit_changelist"), reverse("admin:containers_visit_add")
ADVICE = {
    "number": "CSQU3054383",
    "size_type": "22G1",
    "goods": "standard",
    "regime": "unknown",
    "direction": "unknown",
}


@pytest.fixture
def manager(client, lyg):
    person = staff(*SEE, *(f"containers.{right}" for right in DO), username="zhang.wei", terminal=lyg)
    client.force_login(person)
    return person


@pytest.fixture
def visit(lyg):
    return VisitFactory(active=True, terminal=lyg)


def page(row):
    return reverse(f"admin:containers_{row._meta.model_name}_change", args=[row.pk])


def do(client, row, action, **answers):
    address = reverse(f"admin:containers_{row._meta.model_name}_do", args=[row.pk, action])
    return client.post(address, {"answered": "1", **answers}, follow=True).content.decode()


def found(client, **asked):
    return [row.pk for row in client.get(LIST, asked).context["cl"].result_list]


def photo(content, name="door.jpg"):
    return SimpleUploadedFile(name, content)


DAMAGE = {"side": "doors", "harm": "dent", "severity": "major"}


def test_everything_seen_of_a_box_is_noted_at_the_screen_and_shown(client, manager, lyg):
    visit = VisitFactory(active=True, terminal=lyg, container=ContainerFactory(size_type="45R1"))
    do(client, visit, "note_seal", number="CN123456", owner="customs", act="affixed")
    do(client, visit, "note_weight", gross_kg="23100", how="weighbridge")
    do(client, visit, "note_hazard", un_number="1203", imdg_class="3")
    do(client, visit, "note_temperature", reading="set_point", celsius="-18", tolerance="2")
    do(client, visit, "note_damage", **DAMAGE, photo_1=photo(jpeg()), photo_2=photo(png(), "roof.png"))
    shown = client.get(page(visit)).content.decode()
    for text in ("CN123456", "23100", "1203", "-18", "door.jpg", "roof.png"):
        assert text in shown
    assert "user:zhang.wei" in shown


def test_a_photo_that_is_none_is_refused_and_nothing_is_noted(client, manager, visit, settings):
    told = do(client, visit, "note_damage", **DAMAGE, photo_1=photo(b"%PDF-1.7 not a photo"))
    assert "door.jpg is not a picture" in told
    settings.ATTACHMENT_MAX_BYTES = 1000
    assert "1000 bytes" in do(client, visit, "note_damage", **DAMAGE, photo_1=photo(png() + b"\0" * 1000))
    assert not any(model.objects.exists() for model in (Damage, Attachment))


def test_a_note_is_corrected_repaired_and_withdrawn_on_its_own_page(client, manager, visit):
    do(client, visit, "note_seal", number="CN123465", owner="customs", act="affixed")
    wrong = Seal.objects.get()
    do(client, wrong, "correct", number="CN123456", owner="customs", act="affixed")
    right = wrong.corrected_by
    assert (right.number, "/do/correct" in client.get(page(wrong)).content.decode()) == ("CN123456", False)
    do(client, right, "withdraw", reason="of another box")
    assert Seal.objects.standing().count() == 0
    do(client, visit, "note_damage", **DAMAGE)
    do(client, Damage.objects.get(), "repair", remark="straightened")
    assert Damage.objects.get().repair.repaired_by == "user:zhang.wei"


def test_the_last_movement_is_taken_back_with_a_reason(client, manager, lyg):
    visit = VisitFactory(terminal=lyg)
    do(client, visit, "gate_in")
    do(client, visit, "take_back", reason="another box")
    visit.refresh_from_db()
    assert visit.state == VisitState.ADVISED
    departed = VisitFactory(departed=True, terminal=lyg)
    assert "No movement" in do(client, departed, "take_back", reason="another box")


def test_a_wrong_number_is_joined_and_both_find_it(client, manager, visit):
    wrong = visit.container
    do(client, visit, "join_number", number="TCLU5088040", reason="misread")
    assert found(client, q="TCLU508") == found(client, q=wrong.number) == [visit.pk]
    assert "TCLU5088040" in client.get(page(wrong)).content.decode()
    assert wrong.number in client.get(page(visit)).content.decode()


def test_the_page_of_a_joined_number_tells_nothing_of_another_site(client, manager):
    elsewhere = VisitFactory(active=True, terminal=TerminalFactory(khorgos=True))
    wrong = elsewhere.container
    services.join_number(elsewhere, "TCLU5088040", reason="misread", by=Actor.itself("gate"), at=timezone.now())
    assert "TCLU5088040" not in client.get(page(wrong)).content.decode()


def test_a_container_is_advised_by_hand(client, manager, lyg):
    call, party = CallFactory(terminal=lyg), PartyFactory()
    said = {"terminal": lyg.pk, "arrival_call": call.pk, "reference_kind": "booking", "reference": "BK-17"}
    answer = client.post(ADD, {**ADVICE, **said, "party": party.pk, "role": "line"})
    visit = Visit.objects.get()
    assert answer.headers["location"] == page(visit)
    assert (visit.advised_via, visit.arrival_call, visit.roles.get().party) == ("staff", call, party)
    assert visit.references.get().value == "BK-17"


def test_a_wrong_number_is_advised_only_with_a_reason(client, manager, lyg):
    odd = {**ADVICE, "terminal": lyg.pk, "number": "MSKU1234567"}
    refused = client.post(ADD, odd).content.decode()
    assert "its other characters give 5" in refused
    assert not Visit.objects.exists()
    client.post(ADD, {**odd, "override": "so it stands on the box"})
    allowed = AllowedNumber.objects.get()
    assert allowed.allowed_by == "user:zhang.wei"
    assert "so it stands on the box" in client.get(page(Visit.objects.get().container)).content.decode()


def test_who_may_not_override_does_not_advise_a_wrong_number(client, lyg):
    client.force_login(staff(*SEE, "containers.change_visit", username="li.na", terminal=lyg))
    client.post(ADD, {**ADVICE, "terminal": lyg.pk, "number": "MSKU1234567", "override": "so it stands on the box"})
    assert not Visit.objects.exists()


def test_staff_advise_at_their_own_terminals_alone(client, manager):
    khorgos = TerminalFactory(khorgos=True)
    assert client.post(ADD, {**ADVICE, "terminal": khorgos.pk}).status_code == 200
    assert not Visit.objects.exists()


def test_of_two_terminals_the_sites_first_is_offered_first(client, manager, lyg):
    khorgos = TerminalFactory(khorgos=True)
    MembershipFactory(user=manager, role__code="role-of-zhang.wei", terminal=khorgos)
    assert list(client.get(ADD).context["form"].fields["terminal"].queryset) == [lyg, khorgos]


def test_a_reader_notes_nothing_and_advises_nothing(client, lyg, visit):
    client.force_login(staff(*SEE, username="erlan", terminal=lyg))
    assert "/do/" not in client.get(page(visit)).content.decode()
    assert client.get(ADD).status_code == 403
    do(client, visit, "note_seal", number="CN123456", owner="customs", act="affixed")
    assert not Seal.objects.exists()


def test_notes_of_another_site_are_not_there(client, manager):
    elsewhere = VisitFactory(active=True, terminal=TerminalFactory(khorgos=True))
    said = services.NewHazard(visit=elsewhere, un_number="1203", imdg_class="3")
    services.note([said], by=Actor.itself("gate"), at=timezone.now())
    assert client.get(page(Hazard.objects.get())).status_code == 302
    for model in (Seal, Weight, Hazard, Temperature, Damage):
        rows = client.get(reverse(f"admin:containers_{model._meta.model_name}_changelist"))
        assert (rows.status_code, len(rows.context["cl"].result_list)) == (200, 0)


def test_a_box_is_found_by_what_people_read_aloud(client, manager, lyg, visit):
    truck = CallFactory(terminal=lyg, truck=True, number="苏G·12345")
    other = VisitFactory(terminal=lyg, active=True, arrival_call=truck)
    ReferenceFactory(visit=visit, value="BK-17")
    do(client, visit, "note_seal", number="CN123456", owner="customs", act="affixed")
    assert (
        found(client, q="cn-1234") == found(client, q="BK-1") == found(client, q=visit.container.number) == [visit.pk]
    )
    assert found(client, q="苏G·12345") == [other.pk]
    wagon = Wagon.objects.create(train=TrainVisitFactory(), sequence=1, scheme="CN7", number="5220001")
    WagonLoad.objects.create(wagon=wagon, visit=visit, leg="arriving")
    assert found(client, q="522000") == [visit.pk]


def test_long_stays_are_listed_the_oldest_first_with_their_days(client, manager, lyg):
    now = timezone.now()
    old, older, _new = (
        VisitFactory(terminal=lyg, active=True, arrived_at=now - timedelta(days=days, hours=1)) for days in (8, 40, 2)
    )
    assert found(client, longer_than="7") == [older.pk, old.pk]
    assert found(client, longer_than="30") == [older.pk]
    assert ">40<" in client.get(LIST, {"longer_than": "7"}).content.decode().replace(" ", "").replace("\n", "")


def test_papers_are_kept_with_the_visit(client, manager, visit):
    do(client, visit, "keep_paper", paper=SimpleUploadedFile("smgs.pdf", b"%PDF-1.7 note"))
    kept = Attachment.objects.get()
    assert (kept.subject_kind, kept.subject_id, kept.terminal_id) == ("containers.visit", visit.pk, visit.terminal_id)
    assert "smgs.pdf" in client.get(page(visit)).content.decode()


def test_the_history_of_a_joined_advice_stands_on_the_page(client, manager, visit, lyg):
    by, at = Actor.itself("gate"), timezone.now()
    party = PartyFactory()
    VisitRoleFactory(visit=visit, party=party)
    advice = services.Advice(terminal=lyg, number="TCLU5088040", size_type="22G1", roles=[(party, "shipper")])
    services.advise([advice], by=by, at=at)
    services.join_number(visit, "TCLU5088040", reason="misread", by=by, at=at)
    told = [line.what for line in client.get(page(visit)).context["happenings"]]
    assert {"visit advised", "visit joined", "number joined"} <= set(told)
