"""What is noted of a box: rows that are never edited, corrected by further ones."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from apps.common.attachments import EmptyFile, FileTooLarge
from apps.common.integrity import violated_constraint
from apps.common.models import Attachment
from apps.containers import services
from apps.containers.models import Damage, Hazard, Repair, Seal, Temperature, Weight
from apps.containers.selectors import noted
from apps.containers.services import NewDamage, NewHazard, NewSeal, NewTemperature, NewWeight
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.damages import Harm, Severity, Side
from terminal.pictures import NotAPicture
from terminal.reefers import NotAReefer, Reading
from terminal.seals import SealAct, SealOwner
from terminal.weights import Weighing
from tests.factories.calls import MARCH_14
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.pictures import jpeg, photo, png

pytestmark = pytest.mark.django_db

GATE = Actor.itself("gate")
LATER = MARCH_14 + timedelta(hours=2)


@pytest.fixture
def visit(lyg):
    return VisitFactory(active=True, terminal=lyg)


@pytest.fixture
def reefer(lyg):
    return VisitFactory(active=True, terminal=lyg, container=ContainerFactory(size_type="45R1"))


def note(*new, by=GATE, at=MARCH_14):
    return services.note(list(new), by=by, at=at)


def seal(visit, number="CN123456", **more):
    return NewSeal(visit=visit, number=number, owner=SealOwner.CUSTOMS, **more)


def weigh(visit, kg, how=Weighing.VGM_METHOD_1, **more):
    return NewWeight(visit=visit, gross_kg=kg, how=how, verified_by="Astana Grain", **more)


def damage(visit, *photos):
    return NewDamage(visit=visit, side=Side.DOORS, harm=Harm.DENT, severity=Severity.MAJOR, photos=photos)


def keep_at(visit, celsius, **more):
    return NewTemperature(visit=visit, celsius=Decimal(celsius), reading=Reading.SET_POINT, **more)


def read_off(visit, celsius, plugged=True):
    return NewTemperature(visit=visit, celsius=Decimal(celsius), reading=Reading.MEASURED, plugged=plugged)


def test_a_box_wears_the_seals_put_on_and_not_taken_off(visit):
    note(seal(visit), seal(visit, "KZ 77"))
    note(seal(visit, act=SealAct.REMOVED), at=LATER)
    assert [each.number for each in noted(visit).seals] == ["KZ77"]
    kinds = Entry.objects.filter(visit_id=visit.pk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["seal-affixed", "seal-affixed", "seal-removed"]


def test_a_seal_is_put_on_once_and_taken_off_only_where_it_is(visit):
    note(seal(visit))
    with pytest.raises(services.SealAlreadyOn, match="CN123456"):
        note(seal(visit, "cn-123456"))
    with pytest.raises(services.NotOnThisBox, match="CN123456"):
        note(seal(visit, "ZZ9", act=SealAct.REMOVED))


def test_a_seal_taken_off_can_be_put_on_again(visit):
    note(seal(visit))
    note(seal(visit, act=SealAct.REMOVED), at=LATER)
    note(seal(visit), at=LATER + timedelta(hours=1))
    assert [each.number for each in noted(visit).seals] == ["CN123456"]


def test_a_correction_is_a_further_row_of_the_same_lineage(visit):
    (wrong,) = note(seal(visit, "CN123465"))
    (right,) = note(seal(visit, "CN123456", corrects=wrong), at=LATER)
    assert [each.number for each in noted(visit).seals] == ["CN123456"]
    assert list(Seal.objects.order_by("pk")) == [wrong, right]
    first, second = Entry.objects.filter(visit_id=visit.pk).order_by("pk")
    assert (first.lineage, first.revision, second.revision) == (second.lineage, 1, 2)


def test_only_the_latest_word_is_corrected_or_withdrawn(visit):
    (wrong,) = note(seal(visit, "CN123465"))
    note(seal(visit, "CN123456", corrects=wrong), at=LATER)
    with pytest.raises(services.NotTheLatestWord):
        note(seal(visit, "CN1", corrects=wrong), at=LATER)
    with pytest.raises(services.NotTheLatestWord):
        services.withdraw_note(wrong, reason="typed twice", by=GATE, at=LATER)
    with pytest.raises(services.NotTheLatestWord):
        note(seal(VisitFactory(terminal=visit.terminal), "CN1", corrects=Seal.objects.last()), at=LATER)


@pytest.mark.parametrize("act", ["update", "delete"])
@pytest.mark.parametrize("model", [Seal, Weight, Hazard, Temperature, Damage, Repair])
def test_a_note_is_never_edited(visit, model, act):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        model.objects.all().update(remark="?") if act == "update" else model.objects.all()._raw_delete("default")
    assert violated_constraint(refused.value) == "a_note_is_never_edited"


def test_the_gross_weight_follows_the_latest_that_holds(visit):
    note(weigh(visit, 23_100))
    (slip,) = note(weigh(visit, 32_100, how=Weighing.WEIGHBRIDGE), at=LATER)
    visit.refresh_from_db()
    assert visit.gross_kg == 32_100
    services.withdraw_note(slip, reason="another truck stood on it", by=GATE, at=LATER)
    visit.refresh_from_db()
    assert visit.gross_kg == 23_100


def test_the_weight_of_the_advice_stays_the_first_word(visit):
    (told,) = note(weigh(visit, 23_100), at=LATER)
    services.withdraw_note(told, reason="of another box", by=GATE, at=LATER)
    visit.refresh_from_db()
    assert visit.gross_kg == 22_000
    assert Weight.objects.order_by("pk").values_list("gross_kg", "how").first() == (22_000, "declared")


def test_dangerous_goods_make_the_box_one_of_dangerous_goods(visit):
    petrol, _acid = note(
        NewHazard(visit=visit, un_number="UN1203", imdg_class="3"),
        NewHazard(visit=visit, un_number="1830", imdg_class="8"),
    )
    visit.refresh_from_db()
    assert visit.goods == "dangerous_goods"
    services.withdraw_note(petrol, reason="not in this box", by=GATE, at=LATER)
    visit.refresh_from_db()
    assert (visit.goods, [each.un_number for each in noted(visit).hazards]) == ("dangerous_goods", ["1830"])
    services.withdraw_note(_acid, reason="not in this box", by=GATE, at=LATER)
    visit.refresh_from_db()
    assert visit.goods == "standard"


def test_a_round_shows_how_far_it_is_from_the_set_point_that_held_then(reefer):
    note(read_off(reefer, "-3.0"))
    note(keep_at(reefer, "-18.0"), at=MARCH_14 + timedelta(hours=1))
    note(read_off(reefer, "-17.0"), at=LATER)
    note(read_off(reefer, "-12.5", plugged=False), at=LATER + timedelta(hours=4))
    rounds = noted(reefer).rounds
    assert [each.off for each in rounds] == [None, None, Decimal("5.5")]
    assert [each.row.plugged for each in rounds] == [True, True, False]
    assert Entry.objects.filter(kind="temperature-noted").last().payload["deviation"] == "+5.5"


def test_a_box_without_a_machine_keeps_no_temperature(visit):
    with pytest.raises(NotAReefer, match="22G1"):
        note(keep_at(visit, "-18"))


def test_a_damage_is_found_with_its_photos_and_repaired_once(visit):
    (found,) = note(damage(visit, photo(png()), photo(jpeg(), "roof.jpg")))
    kept = Attachment.objects.filter(subject_kind="containers.damage", subject_id=found.pk).order_by("pk")
    assert [(each.name, each.media_type) for each in kept] == [("door.png", "image/png"), ("roof.jpg", "image/jpeg")]
    services.repair_damage(found, by=GATE, at=LATER)
    with pytest.raises(services.AlreadyRepaired):
        services.repair_damage(found, by=GATE, at=LATER)


@override_settings(ATTACHMENT_MAX_BYTES=1000)
@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"%PDF-1.7 not a photo", NotAPicture), (png() + b"\0" * 1000, FileTooLarge), (b"", EmptyFile)],
)
def test_a_photo_that_is_none_leaves_nothing_half_done(visit, content, refusal):
    with pytest.raises(refusal):
        note(seal(visit), damage(visit, photo(png()), photo(content)))
    assert not any(model.objects.exists() for model in (Damage, Seal, Attachment))


def test_a_photo_of_50_mb_is_refused_before_it_is_read_whole(visit, settings):
    class Endless:
        name, given = "endless.png", 0

        def read(self, size):
            self.given += size
            return b"\0" * size

    endless = Endless()
    with pytest.raises(FileTooLarge, match=str(settings.ATTACHMENT_MAX_BYTES)):
        note(damage(visit, endless))
    assert endless.given <= settings.ATTACHMENT_MAX_BYTES + 1


def test_a_damage_has_so_many_photos_at_most(visit):
    with pytest.raises(services.TooManyPhotos):
        note(damage(visit, *[photo(png()) for _ in range(21)]))


def test_all_notes_stand_or_none(visit):
    with pytest.raises(NotAReefer):
        note(seal(visit), keep_at(visit, "-18"))
    assert not Seal.objects.exists()


def test_nothing_is_noted_of_a_visit_that_is_over(lyg):
    gone = VisitFactory(departed=True, terminal=lyg)
    with pytest.raises(services.VisitIsOver):
        note(seal(gone))


def test_who_may_not_note_does_not(visit):
    clerk = Actor.person(staff("containers.change_visit", username="li"))
    with pytest.raises(NotYours):
        note(seal(visit), by=clerk)
    noting = Actor.person(staff("containers.note_visit", username="wang"))
    note(seal(visit), by=noting)
    with pytest.raises(NotYours):
        services.withdraw_note(Seal.objects.get(), reason="?", by=clerk, at=LATER)
    with pytest.raises(NotYours):
        services.repair_damage(note(damage(visit))[0], by=clerk, at=LATER)


def test_a_party_tells_weights_of_its_own_visits_alone(visit):
    astana = Actor.program(PartyFactory(code="astana-grain"), "program")
    with pytest.raises(NotYours):
        note(weigh(visit, 23_000), by=astana)
    VisitRoleFactory(visit=visit, party=astana.party)
    note(weigh(visit, 23_000), by=astana)
    with pytest.raises(services.OnlyWeights):
        note(seal(visit), by=astana)
    with pytest.raises(services.OnlyWeights):
        note(weigh(visit, 23_000, how=Weighing.WEIGHBRIDGE), by=astana)
