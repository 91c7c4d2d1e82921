"""The morning digest: exact figures of yesterday, once a reader and day, at the hour they chose."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from apps.alerts import services
from apps.alerts.models import Subscription
from apps.notices.models import Notice
from apps.reports.models import DailyThroughput
from tests.factories.alerts import AlertFactory, RuleFactory, SubscriptionFactory
from tests.factories.network import PlaceFactory
from tests.factories.parties import UserFactory

SEVEN = datetime(2026, 5, 3, 23, 0, tzinfo=UTC)
"""07:00 on Monday 4 May 2026 at Lianyungang."""


@pytest.fixture
def madina(lyg):
    """She reads the digest at seven; it tells of Sunday."""
    PlaceFactory(un_locode="CNLYG", name="Lianyungang", country="CN")
    before = {"terminal": lyg, "counted_at": SEVEN}
    DailyThroughput.objects.create(on=date(2026, 5, 2), net_teu=3500, net_boxes=2000, **before)
    DailyThroughput.objects.create(
        on=date(2026, 5, 3),
        in_rail=412,
        out_rail=430,
        in_sea=280,
        out_sea=251,
        in_road=35,
        in_teu=Decimal("1131.25"),
        out_teu=Decimal("1062.75"),
        trains_arrived=11,
        trains_departed=9,
        net_teu=Decimal("68.50"),
        peak_over_opening_teu=Decimal("240.25"),
        **before,
    )
    user = UserFactory(username="madina", language="en", zone_name="Asia/Shanghai")
    SubscriptionFactory(terminal=lyg, user=user, what=Subscription.What.DIGEST, at=time(7))
    return user


@pytest.mark.django_db
class TestTheDigest:
    def test_it_tells_yesterday_against_rated(self, lyg, madina):
        assert services.send_digests(lyg, SEVEN) == 1
        mail = Notice.objects.get()
        # (1131.25 + 1062.75) / 2 = 1097; 1097 / 1123 = 97.7 %; 3500 + 68.5 = 3568.5 of 4936 = 72.3 %
        assert mail.subject == "May 3, 2026: 9 of 10.2 trains, 1,097 of 1,123 TEU (98 %), yard 72 % – Lianyungang"
        lines = [line.strip().replace("\u00a0", " ") for line in mail.text.splitlines()]
        for line in (
            "Trains departed: 9 (of 10.2 rated, 88 %)",
            "Trains arrived: 11",
            "Throughput, TEU: 1,097 (of 1,123 rated, 98 %)",
            "rail, boxes: in 412, out 430",
            "road, boxes: in 35, out 0",
            "sea, boxes: in 280, out 251",
            "TEU: in 1,131.25, out 1,062.75",
            "Yard at day's end, TEU: 3,568.5 (of 4,936, 72 %)",
            "Yard at its fullest, TEU: 3,740.3",
            "No open alerts",
        ):
            assert line in lines
        assert not any(line.startswith("barge") for line in lines)
        assert bytes(mail.image).startswith(b"\x89PNG")

    def test_it_names_the_open_alerts(self, lyg, madina):
        AlertFactory(rule=RuleFactory(terminal=lyg), opened_at=SEVEN - timedelta(hours=2))
        services.send_digests(lyg, SEVEN)
        assert "yard, TEU: 4,294 / 4,936 – since 05-04 05:00" in Notice.objects.get().text

    def test_it_comes_once_at_its_hour_and_late_the_same_day_only(self, lyg, madina):
        assert services.send_digests(lyg, SEVEN - timedelta(minutes=1)) == 0
        late = SEVEN + timedelta(hours=16, minutes=59)
        assert [services.send_digests(lyg, at) for at in (late, late, late + timedelta(seconds=30))] == [1, 0, 0]
        assert services.send_digests(lyg, late + timedelta(minutes=2)) == 0
        assert services.send_digests(lyg, SEVEN + timedelta(days=1)) == 1

    def test_each_reader_reads_it_in_their_language(self, lyg, madina):
        aigul = UserFactory(username="aigul", language="ru", zone_name="Asia/Almaty")
        SubscriptionFactory(terminal=lyg, user=aigul, what=Subscription.What.DIGEST, at=time(7))
        assert services.send_digests(lyg, SEVEN) == 2
        assert "3 мая 2026 г." in Notice.objects.get(user=aigul).html

    def test_a_day_on_which_nothing_moved_is_told_with_zeros(self, lyg):
        SubscriptionFactory(terminal=lyg, what=Subscription.What.DIGEST, at=time(7))
        services.send_digests(lyg, SEVEN)
        assert "0 of 10.2 trains, 0 of 1,123 TEU (0 %), yard 0 %" in Notice.objects.get().subject
