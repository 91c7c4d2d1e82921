"""What staff see of the mail, and the one thing they can do about it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.notices import services
from apps.notices.models import Attempt, Heartbeat, Notice
from apps.notices.tasks import beat_heart, note_beat
from tests.factories.notices import MONDAY_TEN, NoticeFactory
from tests.factories.parties import staff


@pytest.fixture
def administrator(client, lyg):
    user = staff("notices.view_notice", "notices.change_notice", "notices.view_heartbeat", username="administrator")
    client.force_login(user, backend="apps.parties.backends.RoleBackend")
    return client


@pytest.mark.django_db
def test_the_list_says_what_the_server_answered(administrator):
    notice = NoticeFactory(attempts=1)
    Attempt.objects.create(notice=notice, at=MONDAY_TEN, succeeded=False, answer="550 5.1.1 no such reader")
    page = administrator.get(reverse("admin:notices_notice_changelist")).content.decode()
    assert "550 5.1.1 no such reader" in page
    one = administrator.get(reverse("admin:notices_notice_change", args=[notice.pk]))
    assert one.status_code == 200
    assert "550 5.1.1 no such reader" in one.content.decode()


@pytest.mark.django_db
def test_parked_mail_can_be_sent_again_and_other_mail_is_refused_by_name(administrator):
    parked, sent = NoticeFactory(parked=True), NoticeFactory(state=Notice.State.SENT, subject="Gone long ago")
    chosen = {"action": "send_again", "_selected_action": [parked.pk, sent.pk]}
    page = administrator.post(reverse("admin:notices_notice_changelist"), chosen, follow=True).content.decode()
    parked.refresh_from_db()
    assert parked.state == Notice.State.WAITING
    assert "Gone long ago” is not parked" in page


@pytest.mark.django_db
def test_a_worker_and_beat_leave_their_own_signs_of_life(lyg, administrator):
    beat_heart()
    note_beat(sender="apps.notices.tasks.beat_heart")
    services.beat("worker", timezone.now())
    assert set(Heartbeat.objects.values_list("process", flat=True)) == {"worker", "beat"}
    assert administrator.get(reverse("admin:notices_heartbeat_changelist")).status_code == 200
