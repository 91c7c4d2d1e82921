"""Addresses that refuse mail are noted and told of; what is urgent goes before what is many."""

from datetime import timedelta
from email import message_from_string
from io import BytesIO, TextIOWrapper

import pytest
from django.core.management import call_command

from apps.notices import services
from apps.notices.bounces import note_bounce, report_refusals
from apps.notices.models import Notice, RefusedAddress
from tests.factories.notices import MONDAY_TEN, NoticeFactory
from tests.factories.parties import UserFactory

DSN = """From: mailer-daemon@mail.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such
    mailbox

--b--
"""


def bounced(address="Gone@terminal.example", action="failed", status="5.1.1"):
    return message_from_string(DSN.format(address=address, action=action, status=status))


@pytest.mark.django_db
class TestRefusedAddresses:
    def test_a_recipient_that_is_refused_for_good_is_noted_and_told_once(self, lyg, server):
        root = UserFactory(username="root", is_superuser=True)
        server.refused = {"gone@terminal.example"}
        NoticeFactory(recipient="gone@terminal.example")
        services.deliver_due(MONDAY_TEN)
        services.deliver_due(MONDAY_TEN + timedelta(minutes=1))
        refused = RefusedAddress.objects.get()
        assert (refused.times, refused.answer) == (2, "550 5.1.1 no such reader")
        assert [len(report_refusals(MONDAY_TEN)) for _ in range(3)] == [1, 0, 0]
        mail = Notice.objects.get(user=root)
        assert mail.subject == "Mail to gone@terminal.example is refused – Landbridge"
        assert "no such reader" in mail.text

    def test_mail_that_is_taken_again_ends_it(self, lyg, server):
        services.note_refusal("gone@terminal.example", "550", MONDAY_TEN)
        NoticeFactory(recipient="Gone@terminal.example")
        services.deliver_due(MONDAY_TEN)
        assert not RefusedAddress.objects.exists()

    def test_a_server_that_is_down_refuses_nobody(self, lyg, server):
        server.stop()
        NoticeFactory()
        services.deliver_due(MONDAY_TEN)
        assert not RefusedAddress.objects.exists()

    def test_an_administrator_whose_own_address_refuses_is_not_told_there(self, lyg):
        root = UserFactory(username="root", is_superuser=True)
        services.note_refusal(root.email, "550", MONDAY_TEN)
        assert report_refusals(MONDAY_TEN) == []


@pytest.mark.django_db
def test_a_server_that_is_down_for_a_day_gets_every_mail_when_it_is_back(lyg, server):
    server.stop()
    notice, at = NoticeFactory(urgency=Notice.Urgency.URGENT), MONDAY_TEN
    while at < MONDAY_TEN + timedelta(days=1):
        services.deliver_due(at)
        notice.refresh_from_db()
        at = notice.next_attempt_at
    server.start()
    assert services.deliver_due(at) == 1
    assert server.message_ids == [notice.message_id]
    assert notice.attempts > 90


@pytest.mark.django_db
class TestBouncedMail:
    def test_a_report_of_failure_is_noted_with_its_words(self):
        assert note_bounce(bounced(), MONDAY_TEN) == ["Gone@terminal.example"]
        assert RefusedAddress.objects.get().answer == "5.1.1 550 5.1.1 no such mailbox"

    @pytest.mark.parametrize("said", [{"action": "delayed"}, {"status": "4.2.2"}, {"action": "delivered"}])
    def test_what_did_not_fail_for_good_is_no_refusal(self, said):
        assert note_bounce(bounced(**said), MONDAY_TEN) == []

    def test_any_other_mail_says_nothing(self, monkeypatch, capsys):
        monkeypatch.setattr(
            "sys.stdin", TextIOWrapper(BytesIO(b"Subject: hello\n\nFinal-Recipient: rfc822; a@b.example"))
        )
        call_command("bounce")
        assert "No address is refused" in capsys.readouterr().out


@pytest.mark.django_db
def test_an_alert_goes_before_ten_thousand_digests(lyg):
    facts = {"terminal": lyg, "recipient": "m@terminal.example", "language": "en", "about": "x", "subject": "s"}
    facts |= {"text": "-", "html": "-", "created_at": MONDAY_TEN, "next_attempt_at": MONDAY_TEN}
    Notice.objects.bulk_create(
        [
            Notice(**facts, message_id=f"<{n}@x>", urgency=Notice.Urgency.BULK, give_up_at=MONDAY_TEN)
            for n in range(10_000)
        ]
    )
    later = MONDAY_TEN + timedelta(minutes=1)
    urgent = NoticeFactory(urgency=Notice.Urgency.URGENT, next_attempt_at=later)
    assert services.claim_next(later) == urgent
    plan = Notice.objects.due(later).explain()
    assert "notices_in_turn" in plan or "Seq Scan" in plan
