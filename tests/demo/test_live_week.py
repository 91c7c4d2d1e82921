"""A morning of a small terminal passes: what managers would have had in their mailboxes, by a real mail server."""

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from django.utils import timezone

from apps.alerts.models import Alert, Rule, Telling
from apps.calls.models import Call
from apps.demo.services.live import Passing, chronicle, lines, prepare
from apps.demo.services.replay import Shift
from apps.demo.services.traffic import load, source_of
from apps.network.models import Terminal
from apps.notices.models import Heartbeat, Notice
from terminal.traffic import Order, generate

SITE = ZoneInfo("Asia/Shanghai")
ORDER = Order(start=date(2026, 3, 9), days=4, seed=1, teu_per_year=30_000, zone=SITE)
BEGINS = datetime(2026, 3, 12, 5, 45, tzinfo=SITE)
NOTICED = datetime(2026, 3, 12, 9, 15, tzinfo=SITE)
"""When somebody gives the blocks that were told of more room: what is over line and time ends."""
ENDS = datetime(2026, 3, 12, 10, 15, tzinfo=SITE)


@pytest.fixture
def site(db, tmp_path, settings):
    settings.MEDIA_ROOT, settings.VAR, settings.DEMO = tmp_path / "media", tmp_path, True
    call_command("setup_site", stdout=io.StringIO())
    return Terminal.objects.get(code="cnlyg")


def test_a_morning_is_told_by_mail_and_its_figures_are_right(site, server):
    world = generate(ORDER)
    load(world, site, until=BEGINS, at=BEGINS)
    cast = prepare(site, world, since=BEGINS, as_built=False)
    shift = Shift(world, site, source_of(ORDER, site), start=BEGINS, end=ENDS)
    passing = Passing(site, shift, cast, forecast_every=24)
    passing.go(BEGINS, NOTICED, str)
    Rule.objects.filter(alerts__told_at__lte=NOTICED, alerts__closed_at=None, block__isnull=False).update(capacity=5000)
    passing.go(NOTICED, ENDS, str)
    told = chronicle(site, since=BEGINS, at=ENDS)
    said = "\n".join(lines(told, SITE))
    assert told.differences == []
    assert told.mornings == [("2026-03-12", 4, 4)], said
    assert {language for kind, language in told.mails if kind == "storm"} == {"en", "zh-hans", "ru", "kk"}, said
    assert [many > 3 for _at, many, _mails in told.storms] == [True]
    seen = Alert.objects.filter(acknowledged_at__gt=F("told_at"), escalated=0)
    assert {each.acknowledged_by.username for each in seen} == {"manager"}
    asked = Telling.objects.filter(why=Telling.Why.ESCALATION, alert__acknowledged_at=None)
    assert asked.values("alert").annotate(many=Count("user")).filter(many__gt=1).exists(), said
    assert Telling.objects.filter(why=Telling.Why.OVER, alert__closed_at__isnull=False).exists(), said
    assert not Notice.objects.exclude(state="sent").exists()
    assert set(server.message_ids) == set(Notice.objects.values_list("message_id", flat=True))


def test_nothing_passes_where_something_has_happened_where_a_worker_watches_or_in_days_to_come(site):
    with pytest.raises(CommandError, match="before today"):
        call_command("live_week", "--until", "2089-01-01")
    beats = Heartbeat.objects.create(process="beat", seen_at=timezone.now())
    with pytest.raises(CommandError, match="clock on the wall"):
        call_command("live_week")
    beats.delete()
    Call.objects.create(terminal=site, mode="rail", number="X1", phase="announced")
    with pytest.raises(CommandError, match="happened at this terminal already"):
        call_command("live_week")
