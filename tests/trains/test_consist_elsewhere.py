"""A consist that names what stands with another train: boxes that were rolled over, wagons that were set out."""

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.steps import ChangedMeanwhile
from apps.containers.services import Advice, advise
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.trains import services as trains
from apps.trains.consist import Consist, ConsistBox, ConsistWagon
from apps.trains.models import Wagon, WagonLoad
from apps.trains.selectors.consists import announced_but_missing, compare_consist
from apps.trains.services import OnAnotherTrain, WagonWasTaken, consists, rolling_over
from terminal.identifiers import WagonScheme
from tests.factories.calls import MARCH_14
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory, container_number
from tests.factories.parties import PartyFactory
from tests.factories.trains import TrackFactory, TrainVisitFactory

pytestmark = pytest.mark.django_db

BY = Actor.itself("test")
NOW = MARCH_14
HOUR = timedelta(hours=1)
ONE, TWO = container_number(1, "TBJ"), container_number(2, "TBJ")
NOTE = ("smgs", "398-0114")


def coming(lyg, **facts):
    return TrainVisitFactory(call__terminal=lyg, **facts)


def here(lyg, **facts):
    return coming(lyg, call__phase="in_processing", call__arrived_at=NOW, **facts)


def box(number, position=1, **more):
    return replace(ConsistBox(position, number, "22G1", True, 20_000, "KZALA", notes=(NOTE,)), **more)


def wagon(sequence, number, *boxes):
    return ConsistWagon(sequence, WagonScheme.CN7, str(number), "X70", 22_000, None, list(boxes))


def receive(train, *wagons, at=NOW):
    return trains.receive_consist(train, Consist(list(wagons)), by=BY, at=at)


def check(train, *wagons):
    return trains.check_consist(train, Consist(list(wagons)), at=NOW)


def row(train, number):
    return Wagon.objects.get(train=train, number=str(number))


def advised(lyg):
    return advise(
        [Advice(terminal=lyg, number=ONE, size_type="22G1", laden=True, references=[NOTE])], by=BY, at=NOW - HOUR
    )[0]


def codes(comparison):
    return [each.code() for each in comparison.doubts]


def set_out(train, number, **facts):
    return trains.set_out(row(train, number), by=BY, at=NOW, reason="stored", **facts)


class TestBoxRolledOver:
    def test_later_papers_take_a_box_off_a_train_that_has_not_come(self, lyg):
        first, second, visit = coming(lyg), coming(lyg), advised(lyg)
        receive(first, wagon(1, 5270001, box(ONE)))
        told = check(second, wagon(1, 5270002, box(ONE)))
        assert codes(told) == ["rolled-over"]
        assert told.doubts[0].facts == {"number": ONE, "wagon": "5270001", "train": first.call.number}
        receive(second, wagon(1, 5270002, box(ONE)))
        assert [(each.visit, each.wagon.train) for each in WagonLoad.objects.all()] == [(visit, second)]
        visit.refresh_from_db()
        assert visit.arrival_call == second.call

    def test_both_trains_tell_of_it(self, lyg):
        first, second, _visit = coming(lyg), coming(lyg), advised(lyg)
        receive(first, wagon(1, 5270001, box(ONE)))
        before = first.version
        receive(second, wagon(1, 5270002, box(ONE)))
        entry = Entry.objects.get(kind="consist-changed")
        assert entry.call_id == first.call_id
        assert entry.payload == {
            "number": first.call.number, "removed": 1, "boxes": [ONE], "rolled_over_to": second.call.number,
        }  # fmt: skip
        first.refresh_from_db()
        assert first.version == before + 1
        followed = Entry.objects.filter(kind="visit-changed", call_id=second.call_id).get()
        assert followed.payload["arrival_call"] == second.call.number

    def test_a_box_known_by_a_role_of_the_carrier_goes_over_too_and_is_not_missed_on_the_first(self, lyg):
        carrier = PartyFactory()
        first, second = (coming(lyg, call__operator=carrier) for _ in range(2))
        visit = VisitFactory(terminal=lyg, container=ContainerFactory(number=ONE), arrival_call=first.call)
        VisitRoleFactory(visit=visit, party=carrier)
        receive(first, wagon(1, 5270001, box(ONE, notes=())))
        receive(second, wagon(1, 5270002, box(ONE, notes=())))
        assert visit.wagon_loads.get().wagon.train == second
        assert announced_but_missing(first) == []

    def test_it_is_taken_off_a_train_that_was_cancelled(self, lyg):
        first, second, visit = coming(lyg), coming(lyg), advised(lyg)
        receive(first, wagon(1, 5270001, box(ONE)))
        type(first.call).objects.filter(pk=first.call_id).update(phase="cancelled", cancelled_at=NOW)
        receive(second, wagon(1, 5270002, box(ONE)))
        assert visit.wagon_loads.get().wagon.train == second

    def test_off_a_train_that_has_come_it_is_refused_by_name_also_where_it_is_only_asked(self, lyg):
        first, second, visit = here(lyg), coming(lyg), advised(lyg)
        receive(first, wagon(1, 5270001, box(ONE)))
        for ask in (receive, check):
            with pytest.raises(OnAnotherTrain) as refused:
                ask(second, wagon(1, 5270002, box(ONE)))
            assert refused.value.facts == {"numbers": ONE, "train": first.call.number}
        assert visit.wagon_loads.get().wagon.train == first

    def test_both_calls_are_locked_in_the_order_of_their_numbers_before_any_load_is_read(self, lyg):
        first, second, _visit = coming(lyg), coming(lyg), advised(lyg)
        receive(second, wagon(1, 5270001, box(ONE)))
        with CaptureQueriesContext(connection) as queries:
            receive(first, wagon(1, 5270002, box(ONE)))
        said = [each["sql"] for each in queries]
        locked = next(at for at, sql in enumerate(said) if 'FROM "calls_call"' in sql and "FOR UPDATE" in sql)
        assert {f"{call}" for call in (first.call_id, second.call_id)} <= set(re.findall(r"\d+", said[locked]))
        assert re.search(r'ORDER BY (1|"calls_call"."id") ASC FOR UPDATE', said[locked])
        assert locked < next(at for at, sql in enumerate(said) if sql.startswith('SELECT "trains_wagonload"."id"'))

    def test_a_box_that_came_onto_another_train_while_nobody_held_it_is_refused(self, lyg, monkeypatch):
        first, second, _visit = coming(lyg), coming(lyg), advised(lyg)
        receive(first, wagon(1, 5270001, box(ONE)))
        monkeypatch.setattr(rolling_over, "calls_with_boxes_of", lambda train, told: set())
        with pytest.raises(ChangedMeanwhile):
            receive(second, wagon(1, 5270002, box(ONE)))
        assert WagonLoad.objects.get().wagon.train == first


@pytest.mark.django_db(transaction=True)
def test_of_two_papers_at_once_that_name_one_box_the_slower_is_refused_and_nothing_breaks(lyg, monkeypatch):
    both, _visit = [here(lyg), here(lyg)], advised(lyg)
    compared, answers = threading.Barrier(2), []

    def compare_together(*told):
        found = compare_consist(*told)
        compared.wait(10)
        return found

    monkeypatch.setattr(consists, "compare_consist", compare_together)

    def hand_in(train, number):
        try:
            receive(train, wagon(1, number, box(ONE)))
            answers.append("taken in")
        except Exception as refusal:
            answers.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=(train, 5270001 + at)) for at, train in enumerate(both)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == ["OnAnotherTrain", "taken in"]
    assert WagonLoad.objects.count() == 1


class TestWagonThatWasSetOut:
    @pytest.fixture
    def train(self, lyg):
        return here(lyg)

    @pytest.fixture
    def other(self, lyg):
        return here(lyg)

    @pytest.fixture
    def taken(self, train, other):
        """A wagon that came with one train and went over to the other."""
        receive(train, wagon(1, 5270001), wagon(2, 5270002, box(ONE)))
        set_out(train, 5270001)
        return trains.take(row(train, 5270001), other, by=BY, at=NOW)

    def test_a_wagon_a_train_took_stays_in_it_when_its_papers_come(self, other, taken):
        kept = check(other, wagon(1, 5270009)).difference.wagons_kept
        assert [each.number for each in kept] == ["5270001"]
        receive(other, wagon(1, 5270009))
        assert [each.number for each in Wagon.objects.filter(train=other).order_by("sequence")] == [
            "5270009", "5270001",
        ]  # fmt: skip

    @pytest.mark.parametrize("what", ["moved", "added"])
    def test_no_box_comes_on_a_wagon_that_another_train_took(self, train, other, taken, what):
        on_it = box(ONE if what == "moved" else TWO)
        others = [box(ONE)] if what == "added" else []
        for ask in (receive, check):
            with pytest.raises(WagonWasTaken) as refused:
                ask(train, wagon(1, 5270001, on_it), wagon(2, 5270002, *others))
            assert refused.value.facts == {"number": on_it.number, "wagon": "5270001", "train": train.call.number}
        assert WagonLoad.objects.get().wagon.number == "5270002"

    def test_a_box_on_a_wagon_that_is_only_set_out_is_taken_in_and_doubted(self, train):
        receive(train, wagon(1, 5270001), wagon(2, 5270002))
        set_out(train, 5270001)
        found = receive(train, wagon(1, 5270001, box(ONE)), wagon(2, 5270002))
        assert [(each.code(), each.facts) for each in found.doubts] == [
            ("on-wagon-set-out", {"number": ONE, "wagon": "5270001"})
        ]
        assert WagonLoad.objects.get().wagon.number == "5270001"

    def test_a_box_still_noted_on_a_wagon_that_was_taken_is_no_matter_of_papers(self, train, taken):
        WagonLoad.objects.update(wagon=row(train, 5270001))
        found = receive(train, wagon(1, 5270001), wagon(2, 5270002)).difference
        assert ([each.number for each in found.settled], found.removed) == ([ONE], ())

    def test_papers_that_name_a_wagon_which_stands_here_are_doubted_until_the_train_takes_it(self, lyg, train, other):
        receive(train, wagon(1, 5270001))
        set_out(train, 5270001, track=TrackFactory(terminal=lyg, code="S1"))
        doubt = receive(other, wagon(1, 5270001)).doubts[0]
        assert (doubt.code(), doubt.facts) == (
            "stands-without-train", {"wagon": "5270001", "train": train.call.number, "track": "S1"},
        )  # fmt: skip
        trains.take(row(train, 5270001), other, by=BY, at=NOW)
        assert codes(receive(other, wagon(1, 5270001))) == []

    def test_a_wagon_of_that_number_in_another_scheme_is_another_wagon(self, train, other):
        receive(train, wagon(1, 5270001))
        set_out(train, 5270001)
        Wagon.objects.update(scheme="CIS8")
        assert codes(check(other, wagon(1, 5270001))) == []
