"""Mail that comes back is read from its box by the site itself: noted once, marked, and what is no report left."""

import mailbox
from email.message import Message
from pathlib import Path

import pytest

from apps.notices.boxes import BoxAway, box_at
from apps.notices.models import Notice, RefusedAddress
from apps.notices.returned import MOST_BYTES, read_returned
from apps.notices.tasks import read_returned_mail
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory
from tests.notices.test_refusals import bounced

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(tmp_path, settings) -> mailbox.Maildir:
    """The maildir that mail comes back to."""
    settings.BOUNCES_URL = f"maildir://{tmp_path / 'returned'}"
    return mailbox.Maildir(str(tmp_path / "returned"), create=True)


def a_question() -> Message:
    mail = Message()
    mail["From"], mail["Subject"] = "madina@terminal.example", "=?utf-8?b?0KfRgtC+INGN0YLQvj8=?="
    mail.set_payload("Why do I get this?")
    return mail


def flags(box: mailbox.Maildir) -> list[str]:
    names = [each.name for part in ("new", "cur") for each in Path(box._path, part).iterdir()]
    return sorted(name.rpartition(":2,")[2] if ":2," in name else "new" for name in names)


def test_a_report_is_noted_once_and_marked_as_seen(lyg, box):
    box.add(bounced())
    assert read_returned(MONDAY_TEN).addresses == ["Gone@terminal.example"]
    assert flags(box) == ["S"]
    assert read_returned(MONDAY_TEN).reports == 0
    assert RefusedAddress.objects.get().times == 1


def test_a_delay_is_marked_and_nobody_is_noted(lyg, box):
    box.add(bounced(action="delayed", status="4.2.2"))
    assert read_returned(MONDAY_TEN).reports == 1
    assert (flags(box), RefusedAddress.objects.count()) == (["S"], 0)


def test_what_is_no_report_is_flagged_left_as_it_came_and_told_once_a_day(lyg, box):
    root = UserFactory(username="root", is_superuser=True)
    content = a_question().as_bytes()
    box.add(content)
    assert read_returned(MONDAY_TEN).left == ["madina@terminal.example: Что это?"]
    assert flags(box) == ["F"]
    (path,) = Path(box._path, "cur").iterdir()
    assert path.read_bytes() == content
    box.add(a_question())
    read_returned(MONDAY_TEN)
    told = Notice.objects.get(user=root)
    assert "madina@terminal.example: Что это?" in told.text


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00\x01", b"Content-Type: multipart/report; boundary=\n\n--", b"Subject: =?utf-99?q?x?=\n\n\xff"],
)
def test_what_cannot_be_read_holds_up_nothing(lyg, box, content):
    box.add(content)
    box.add(bounced())
    turn = read_returned(MONDAY_TEN)
    assert (turn.addresses, len(turn.left), flags(box)) == (["Gone@terminal.example"], 1, ["F", "S"])


def test_what_is_far_too_long_is_not_read(lyg, box):
    box.add(b"Content-Type: message/delivery-status\n\n" + b"x" * MOST_BYTES)
    assert read_returned(MONDAY_TEN).left == ["?"]
    assert flags(box) == ["F"]


def test_what_somebody_takes_away_meanwhile_is_no_trouble(box, settings):
    key = box.add(bounced())
    with box_at(settings.BOUNCES_URL) as open_box:
        assert open_box.unread() == [key]
        box.remove(key)
        assert open_box.content(key, MOST_BYTES) is None
        open_box.mark_seen(key)


def test_without_an_address_nothing_is_read_and_a_wrong_one_says_so(settings, tmp_path):
    settings.BOUNCES_URL = ""
    read_returned_mail()
    for wrong in (f"maildir://{tmp_path}/nowhere", "pop3://host/box"):
        settings.BOUNCES_URL = wrong
        with pytest.raises(BoxAway):
            read_returned_mail()
