"""A reader on a phone: a storm in one mail, the link that changes nothing, the one button that does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.alerts import services
from apps.alerts.models import Alert, Escalation, Rule
from apps.notices.models import Notice
from tests.factories.alerts import AlertFactory, RuleFactory, SubscriptionFactory
from tests.factories.parties import UserFactory, staff
from tests.factories.trains import TrackFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}

ALARM = """() => {
    const sign = document.body.appendChild(document.createElement("div"));
    sign.className = "help timezonewarning";
    return getComputedStyle(sign).display;
}"""
"""How the sign would be shown that Django sets into every field of a time where the computer is in another zone."""


def overflow(page):
    """Pixels by which the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_of_a_storm_one_alert_is_acknowledged_by_its_button_and_the_others_go_to_the_next_person(page, lyg, settings):
    settings.SITE_URL = ""
    madina = staff("alerts.acknowledge_alert", username="madina", terminal=lyg)
    SubscriptionFactory(terminal=lyg, user=madina)
    Escalation.objects.create(terminal=lyg, user=UserFactory(username="chief"), after_seconds=1800)
    at = timezone.now()
    tracks = [TrackFactory(terminal=lyg) for _ in range(4)]
    for track in tracks:
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TRACK_METRES, track=track)
        AlertFactory(rule=rule, opened_at=at, reading=900, capacity=950, peak=900)
    services.tell(lyg, at)
    (mail,) = Notice.objects.all()
    page.set_viewport_size(PHONE)
    page.goto("/healthz")
    page.set_content(mail.html)
    assert overflow(page) <= 0
    link = page.locator("a", has_text="Acknowledge").first.get_attribute("href")
    page.goto(link)
    assert overflow(page) <= 0
    assert page.locator("button").count() == 1
    page.reload()
    assert not Alert.objects.exclude(acknowledged_at=None).exists()
    page.get_by_role("button", name="I look after it").click()
    page.get_by_text("You acknowledged it at").wait_for()
    assert Alert.objects.filter(acknowledged_by=madina).count() == 1
    services.tell(lyg, at + timedelta(hours=1))
    assert Notice.objects.filter(user__username="chief").count() == 3


@pytest.mark.parametrize("width", [360, 1280])
def test_the_form_of_a_silence_fits_every_field_has_its_name_and_none_an_alarm(page, sign_in, lyg, width):
    sign_in(staff("alerts.add_silence", "alerts.view_silence", username="madina", terminal=lyg))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/admin/alerts/silence/add/")
    assert overflow(page) <= 0
    for name in ("Block", "Track", "Zone", "Office", "From", "Until", "Reason"):
        label = page.locator("form label", has_text=name).first
        box, row = label.bounding_box(), label.locator("xpath=ancestor::div[contains(@class, 'field-line')][1]")
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert row.locator("label:visible").count() == 1
    assert page.evaluate(ALARM) == "none"
