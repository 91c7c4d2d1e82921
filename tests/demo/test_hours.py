"""The demo is loaded whenever somebody wants to see it: at every hour of the day, on every day of the week."""

import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Sum
from django.utils import timezone

from apps.customs.models import DeclaredGoods, Guarantee

HOURS = range(0, 7 * 24, 5) if "DEMO_AT_EVERY_HOUR" in os.environ else (7, 86)
"""From now: the everyday suite takes two hours beside the one it runs at; if asked, all of a day, over a week."""


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        try:
            call_command("setup_site", verbosity=0)
            yield
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.mark.django_db
@pytest.mark.parametrize("hours", HOURS)
def test_the_demo_is_loaded_at_any_hour_and_every_declarant_stands_for_its_goods(
    site, hours, settings, tmp_path, monkeypatch
):
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(hours=hours))
    call_command("demo", "load", verbosity=0)
    goods = DeclaredGoods.objects.values_list("declaration__declarant").annotate(worth=Sum("value_minor"))
    assert dict(goods) == dict(Guarantee.objects.values_list("party", "amount_minor"))
