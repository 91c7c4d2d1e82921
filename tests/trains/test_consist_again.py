"""A consist against the train as it stands: only what differs is written, and what is missing or strange is told."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.steps import ChangedSince
from apps.containers.models import Hazard, Seal, Visit, Weight
from apps.containers.services import Advice, NewSeal, NewWeight, advise, note, withdraw_note
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.trains import services as trains
from apps.trains.consist import Consist, ConsistBox, ConsistWagon, read_consist
from apps.trains.models import LoadPlan, Wagon, WagonLoad
from apps.trains.selectors.consists import announced_but_missing, compare_consist
from terminal.identifiers import WagonScheme
from terminal.lifecycle import VisitState
from terminal.seals import SealAct, SealOwner
from terminal.weights import Weighing
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory, container_number
from tests.factories.trains import TrackFactory, TrainVisitFactory

pytestmark = pytest.mark.django_db

BY = Actor.itself("test")
CAME = MARCH_14
HOUR = timedelta(hours=1)
ONE, TWO, THREE = (container_number(serial, "TBJ") for serial in (1, 2, 3))


@pytest.fixture
def train(lyg):
    return TrainVisitFactory(call__terminal=lyg)


def box(number, position=1, **more):
    return replace(ConsistBox(position, number, "22G1", True, 20_000, "KZALA"), **more)


def wagon(sequence, *boxes, number=None, **more):
    told = ConsistWagon(sequence, WagonScheme.CN7, f"{number or 5200100 + sequence}", "X70", 22_000, None, list(boxes))
    return replace(told, **more)


def receive(train, *wagons, at=CAME):
    return trains.receive_consist(train, Consist(list(wagons)), by=BY, at=at)


def rows():
    """Loads by box: the row, its wagon and place, and how often it was written."""
    loads = WagonLoad.objects.select_related("visit__container", "wagon")
    return {each.visit.container.number: (each.pk, each.wagon.number, each.place, each.version) for each in loads}


def written():
    return [list(model.objects.order_by("pk").values()) for model in (Wagon, WagonLoad, Visit, Seal, Hazard, Weight)]


def last_journalled():
    return Entry.objects.filter(kind="consist-received").order_by("pk").last().payload


def announce(train, number, **more):
    said = {"size_type": "22G1", "laden": True, "arrival_call": train.call, **more}
    return advise([Advice(terminal=train.call.terminal, number=number, **said)], by=BY, at=CAME - HOUR)[0]


def test_the_same_papers_again_write_nothing_but_that_they_came(train):
    sealed = box(ONE, seals=("CN1", "CN2"), un_number="1203", imdg_class="3")
    receive(train, wagon(1, sealed, box(TWO, 2)), wagon(2))
    before, entries = written(), Entry.objects.count()
    again = receive(train, wagon(1, sealed, box(TWO, 2)), wagon(2), at=CAME + HOUR)
    assert again.difference.nothing
    assert written() == before
    assert Entry.objects.count() == entries + 1
    assert (last_journalled()["same"], last_journalled()["changed"], last_journalled()["added"]) == (2, 0, 0)
    train.refresh_from_db()
    assert train.consist_received_at == CAME + HOUR


def test_boxes_that_did_not_move_keep_their_rows_and_those_that_did_theirs_too(train):
    receive(train, wagon(1, box(ONE), box(TWO, 2)), wagon(2, box(THREE)))
    before = rows()
    receive(train, wagon(1, box(ONE), box(THREE, 2)), wagon(2, box(TWO)))
    after = rows()
    assert after[ONE] == before[ONE]
    assert after[TWO] == (before[TWO][0], "5200102", 1, 2)
    assert after[THREE] == (before[THREE][0], "5200101", 2, 2)
    assert {name: last_journalled()[name] for name in ("added", "removed", "moved", "changed", "same")} == {
        "added": 0, "removed": 0, "moved": 2, "changed": 0, "same": 1,
    }  # fmt: skip


def test_a_box_may_move_off_a_wagon_that_leaves_the_train(train):
    receive(train, wagon(1, box(ONE)), wagon(2))
    found = receive(train, wagon(1, box(ONE), number=5200102))
    assert rows()[ONE][1:3] == ("5200102", 1)
    assert [each.number for each in found.difference.wagons_removed] == ["5200101"]
    assert list(Wagon.objects.values_list("number", "sequence")) == [("5200102", 1)]


def test_two_boxes_may_change_places_and_two_wagons_theirs(train):
    receive(train, wagon(1, box(ONE), box(TWO, 2)), wagon(2))
    receive(train, wagon(1, number=5200102), wagon(2, box(TWO), box(ONE, 2), number=5200101))
    assert (rows()[ONE][1:3], rows()[TWO][1:3]) == (("5200101", 2), ("5200101", 1))
    assert list(Wagon.objects.order_by("sequence").values_list("number", flat=True)) == ["5200102", "5200101"]
    assert last_journalled()["reordered"] == 1


def test_only_wagons_of_which_something_else_is_said_are_written(train):
    receive(train, wagon(1), wagon(2))
    receive(train, wagon(1), wagon(2, tare_kg=23_500))
    assert list(Wagon.objects.order_by("sequence").values_list("tare_kg", "version")) == [(22_000, 1), (23_500, 2)]


def test_what_later_papers_say_of_a_box_only_papers_knew_is_taken_over(train):
    receive(train, wagon(1, box(ONE)))
    receive(train, wagon(1, box(ONE, gross_kg=18_000, destination="UZTAS", size_type="25G1", laden=False)))
    visit = Visit.objects.get()
    assert (visit.gross_kg, visit.destination, visit.size_type, visit.laden) == (18_000, "UZTAS", "25G1", False)
    assert list(Weight.objects.order_by("pk").values_list("gross_kg", "how")) == [
        (20_000, "declared"), (18_000, "declared"),
    ]  # fmt: skip
    assert receive(train, wagon(1, box(ONE, gross_kg=18_000, destination="UZTAS", size_type="25G1", laden=False)))


def test_a_verified_weight_stays(train):
    receive(train, wagon(1, box(ONE)))
    weighed = NewWeight(visit=Visit.objects.get(), gross_kg=21_000, how=Weighing.VGM_METHOD_1, verified_by="Scales")
    note([weighed], by=BY, at=CAME)
    assert receive(train, wagon(1, box(ONE))).difference.nothing
    assert Visit.objects.get().gross_kg == 21_000


def test_seals_and_dangerous_goods_reach_a_box_that_was_announced_once(train):
    visit = announce(train, ONE)
    told = box(ONE, seals=("CN1",), un_number="1203", imdg_class="3", gross_kg=19_000)
    for sealed in (told, replace(told, seals=("CN1", "CN2"))):
        receive(train, wagon(1, sealed))
    assert list(Seal.objects.order_by("pk").values_list("visit", "number", "owner")) == [
        (visit.pk, "CN1", "carrier"), (visit.pk, "CN2", "carrier"),
    ]  # fmt: skip
    assert Hazard.objects.get().visit == visit
    visit.refresh_from_db()
    assert (visit.goods, visit.gross_kg, visit.destination) == ("dangerous_goods", 19_000, "KZALA")


def test_what_was_announced_otherwise_stays_and_is_told(train):
    visit = announce(train, ONE, destination="UZTAS", gross_kg=15_000)
    found = receive(train, wagon(1, box(ONE)))
    visit.refresh_from_db()
    assert (visit.destination, visit.gross_kg) == ("UZTAS", 15_000)
    assert [each.facts["fact"] for each in found.doubts] == ["gross_kg", "destination"]


def test_an_overweight_pair_is_taken_in_and_told(train):
    found = receive(train, wagon(1, box(ONE, gross_kg=28_000), box(TWO, 2, gross_kg=28_000)))
    assert "wagon-too-heavy" in [each.code() for each in found.doubts]
    assert WagonLoad.objects.count() == 2


def test_an_announced_box_that_is_not_in_the_consist_is_told_before_and_after(train):
    announce(train, ONE)
    absent = announce(train, TWO)
    assert announced_but_missing(train) == []
    assert compare_consist(train, Consist([wagon(1, box(ONE))]), CAME).missing == (absent,)
    receive(train, wagon(1, box(ONE), box(THREE, 2)))
    assert last_journalled()["missing"] == 1
    assert announced_but_missing(train) == [absent]
    absent.refresh_from_db()
    assert absent.state == VisitState.ADVISED
    receive(train, wagon(1, box(ONE), box(TWO, 2)))
    assert announced_but_missing(train) == []


def test_a_box_on_a_wagon_that_was_set_out_stays_when_new_papers_name_neither(train):
    receive(train, wagon(1, box(ONE)), wagon(2, box(TWO)))
    trains.arrive_train(train, track=TrackFactory(terminal=train.call.terminal), by=BY, at=CAME)
    trains.set_out(Wagon.objects.get(number="5200102"), by=BY, at=CAME)
    found = receive(train, wagon(1, box(ONE)))
    assert [each.number for each in found.difference.settled] == [TWO]
    assert Visit.objects.get(container__number=TWO).state == VisitState.ADVISED
    assert rows()[TWO][1] == "5200102"


def test_papers_meant_for_an_earlier_version_of_the_train_are_refused(train):
    receive(train, wagon(1, box(ONE)))
    with pytest.raises(ChangedSince):
        trains.receive_consist(train, Consist([wagon(1)]), by=BY, at=CAME, versions=[1])
    assert WagonLoad.objects.count() == 1


def test_a_length_said_to_the_millimetre_is_the_same_again(train):
    length = "wagon_sequence,wagon_scheme,wagon_number,wagon_type,tare_kg,length_m,position,container_number,size_type,"
    lines = f"{length}laden,gross_kg,destination\n1,CN7,5200101,X70,22000,13.466,,,,,,\n"
    told = read_consist(lines.encode())
    assert told.wagons[0].length_m == Decimal("13.47")
    trains.receive_consist(train, told, by=BY, at=CAME)
    assert compare_consist(train, read_consist(lines.encode()), CAME).difference.nothing


@pytest.mark.parametrize("done", ["removed", "withdrawn"])
def test_a_seal_that_somebody_took_off_is_not_put_on_again_by_the_same_papers(train, done):
    told = wagon(1, box(ONE, seals=("CN1", "CN2")))
    receive(train, told)
    seal, visit = Seal.objects.get(number="CN1"), Visit.objects.get()
    if done == "removed":
        note([NewSeal(visit=visit, number="CN1", owner=SealOwner.CARRIER, act=SealAct.REMOVED)], by=BY, at=CAME)
    else:
        withdraw_note(seal, by=BY, at=CAME, reason="misread")
    before = Seal.objects.count()
    assert receive(train, told).difference.nothing
    assert Seal.objects.count() == before
    assert receive(train, wagon(1, box(ONE, seals=("CN1", "CN3")))).difference.changed[0].values == {
        "seals": (("CN2",), ("CN2", "CN3"))
    }


def test_consignment_notes_of_later_papers_are_added_to_those_it_is_known_under(train):
    visit = announce(train, ONE, references=[("booking", "B7")])
    receive(train, wagon(1, box(ONE, notes=(("smgs", "398"),))))
    found = receive(train, wagon(1, box(ONE, notes=(("cim", "399"),))))
    assert found.difference.changed[0].values == {"notes": (("SMGS 398",), ("SMGS 398", "CIM 399"))}
    known = [("booking", "B7"), ("smgs", "398"), ("cim", "399")]
    assert list(visit.references.order_by("pk").values_list("kind", "value")) == known
    told = Entry.objects.filter(kind="visit-changed", visit_id=visit.pk).order_by("pk")
    assert [each.payload["references"] for each in told if "references" in each.payload] == [["smgs 398"], ["cim 399"]]
    assert receive(train, wagon(1, box(ONE, notes=(("cim", "399"),)))).difference.nothing


def test_a_consignment_note_reaches_a_box_only_papers_knew_too(train):
    receive(train, wagon(1, box(ONE)))
    receive(train, wagon(1, box(ONE, notes=(("smgs", "398"),))))
    assert Visit.objects.get().references.get().value == "398"


def test_boxes_a_draft_has_on_a_wagon_that_papers_drop_stay_behind_by_it(train):
    receive(train, wagon(1), wagon(2))
    leaving = VisitFactory(terminal=train.call.terminal, in_yard=True, departure_call=train.call)
    draft = LoadPlan.objects.create(train=train, drawn_up_at=CAME, drawn_up_by="test")
    draft.loads.create(wagon=Wagon.objects.get(number="5200102"), visit=leaving)
    receive(train, wagon(1))
    assert list(draft.left_behind.values_list("visit", "reason")) == [(leaving.pk, "no_wagon")]
    assert not draft.loads.exists()


def laid_out(count, changed=""):
    """A train of that many wagons, each with two boxes, sealed and with dangerous goods."""
    return [
        wagon(
            place,
            *(
                box(container_number(2 * place + at, "TBJ"), at, seals=(f"CN{place}{at}{changed}",), un_number="1203",
                    imdg_class="3")
                for at in (1, 2)
            ),
        )
        for place in range(1, count + 1)
    ]  # fmt: skip


def queries(train, wagons):
    with CaptureQueriesContext(
        connection,
    ) as counted:
        receive(train, *wagons)
    return len(counted)


@pytest.mark.parametrize("announced", [False, True])
def test_a_consist_takes_the_same_number_of_queries_however_many_wagons_it_has(lyg, announced):
    counted = []
    for wagons in (2, 20):
        Visit.objects.update(state="cancelled")
        train = TrainVisitFactory(call__terminal=lyg)
        if announced:
            for each in laid_out(wagons):
                for one in each.boxes:
                    announce(train, one.number, laden=None)
        told = laid_out(wagons)
        first, again = queries(train, told), queries(train, told)
        counted.append((first, again, queries(train, laid_out(wagons, "9")), queries(train, turned(told))))
    assert counted[0] == counted[1]


def turned(wagons):
    """The same wagons in the other direction."""
    return [replace(each, sequence=at) for at, each in enumerate(reversed(wagons), 1)]
