"""What a mail says beside the figure: whose boxes stand here; and where it goes, or that nobody knows yet."""

import pytest

from apps.alerts.selectors import what_helps
from apps.alerts.services.mails import Pen
from apps.containers.models import VisitRole
from tests.factories.alerts import AlertFactory, RuleFactory
from tests.factories.containers import VisitFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import PartyFactory, UserFactory
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db


def stand(terminal, boxes: int, *owners) -> None:
    for visit in VisitFactory.create_batch(boxes, terminal=terminal, in_yard=True, container__size_type="22G1"):
        for owner, role in owners:
            VisitRole.objects.create(visit=visit, party=owner, role=role, since=MONDAY_TEN)


def whose(rule):
    (table,) = [each for each in what_helps(rule, MONDAY_TEN) if each.title == "Whose boxes stand here"]
    return [tuple(row) for row in table.rows]


def test_the_boxes_of_all_others_are_told_so_that_the_table_adds_up(lyg):
    rule, owners = RuleFactory(terminal=lyg), [PartyFactory() for _ in range(7)]
    for turn, owner in enumerate(owners):
        stand(lyg, 9 - turn, (owner, "consignee"))
    stand(lyg, 4)
    rows = whose(rule)
    assert [row[2] for row in rows] == [9, 8, 7, 6, 5, 4, 3 + 4]
    assert rows[-1] == ("all others", "", 7, 7)


def test_a_box_of_a_party_that_is_named_is_not_one_of_the_others(lyg):
    owner, line = PartyFactory(), PartyFactory()
    stand(lyg, 2, (owner, "consignee"), (line, "line"))
    assert [row[2] for row in whose(RuleFactory(terminal=lyg))] == [2, 2]


@pytest.mark.parametrize(
    ("metric", "said"),
    [("yard_teu", True), ("track_metres", False), ("trains_per_day", False), ("customs_queue", True)],
)
def test_a_mail_without_a_forecast_says_so_where_there_will_be_one(lyg, metric, said):
    mail = Pen(MONDAY_TEN).raised([AlertFactory(rule=RuleFactory(terminal=lyg, metric=metric))], UserFactory())
    assert ("No forecast of it yet" in mail.text, "No forecast of it yet" in mail.html) == (said, said)


def test_a_block_is_not_forecast_and_nothing_is_promised(lyg):
    rule = RuleFactory(terminal=lyg, block=BlockFactory(terminal=lyg))
    mail = Pen(MONDAY_TEN).raised([AlertFactory(rule=rule)], UserFactory())
    assert "No forecast" not in mail.text
