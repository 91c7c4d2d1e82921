"""Two planners press the button at once."""

import pytest

from apps.trains import services
from apps.trains.models import GaugeTransfer, WagonLoad
from tests.factories.network import TerminalFactory
from tests.factories.trains import WagonFactory
from tests.trains.test_gauge import BROAD, BY, NOW, a_train, stands_on
from tests.yard.test_locks import begin, meanwhile


@pytest.mark.django_db(transaction=True)
def test_of_two_who_lift_the_same_boxes_across_at_once_one_does_and_the_other_is_told_so():
    terminal = TerminalFactory(khorgos=True)
    came, goes = a_train(terminal, "X9014"), a_train(terminal, "1402")
    wagons = [WagonFactory(train=goes, scheme="CIS8", number=number) for number in (BROAD, "44540003")]
    boxes = [stands_on(came), stands_on(came)]

    def lift(onto):
        moves = [services.Move(load=box, onto=wagon) for box, wagon in zip(boxes, onto, strict=True)]
        return services.change_gauge(moves, by=BY, at=NOW)

    with meanwhile(lambda: lift(wagons[::-1])) as (thread, came_of_it):
        lift(wagons)
        begin(thread)
    assert came_of_it == ["changed-gauge-already"]
    assert [row.wagon_in for row in GaugeTransfer.objects.order_by("visit")] == wagons
    assert WagonLoad.objects.filter(leg="departing").count() == len(boxes)
