"""The tariff and calendars that come with the site."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.management import call_command

from apps.billing.models import CalendarYear, Tariff
from apps.billing.selectors import PriceBook
from apps.billing.services.tariffs import require_calendar, require_whole
from terminal.charges.boxes import Box
from terminal.regimes import Direction


def test_the_tariff_that_comes_with_the_site_prices_every_box_on_every_day_and_says_it_is_illustrative(db):
    call_command("loaddata", "site", verbosity=0)
    tariff = Tariff.objects.get()
    require_whole(tariff)
    book = PriceBook.of(tariff.terminal)
    for day in (date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2027, 6, 1)):
        for direction in Direction:
            for laden in (True, False):
                box = Box(number="CSQU3054383", length_ft=Decimal(40), laden=laden, direction=direction)
                assert book.on(day).free_time_for(box).days >= 5
                assert book.on(day).tiers_for(box).tiers[0].rate > 0
    assert "illustrative" in tariff.code


def test_the_calendars_that_come_with_the_site_follow_each_other_over_new_year(db):
    call_command("loaddata", "site", verbosity=0)
    for year in CalendarYear.objects.all():
        require_calendar(year)
    whole = list(PriceBook.of(Tariff.objects.get().terminal).calendars(date(2025, 12, 30)))[-1]
    worked = [day for n in range(8) if whole.is_working(day := date(2025, 12, 30) + timedelta(days=n))]
    assert worked[:4] == [date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 4), date(2026, 1, 5)]
