"""The mailbox page: what the mail catcher took in, for staff, and nothing else of the disk."""

import mailbox
import time
from pathlib import Path

import pytest
from django.urls import reverse

from apps.notices.post import message
from tests.factories.notices import NoticeFactory
from tests.factories.parties import UserFactory

PNG = b"\x89PNG\r\n\x1a\nplot"


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    """A mailbox with one mail."""
    settings.MAILBOX_DIR = str(tmp_path / "mailbox")
    return tmp_path / "mailbox"


def put(folder: Path, **values) -> str:
    notice = NoticeFactory(html="<p>Full. <img src='cid:plot'></p><script>alert(1)</script>", image=PNG, **values)
    return mailbox.Maildir(folder, create=True).add(message(notice).message().as_bytes())


@pytest.fixture
def clerk(client):
    """A signed-in gate clerk."""
    client.force_login(UserFactory(username="clerk"), backend="apps.parties.backends.RoleBackend")
    return client


@pytest.mark.django_db
class TestTheMailbox:
    def test_the_newest_mail_stands_first(self, folder, clerk):
        put(folder, subject="Склад полон")
        time.sleep(0.02)
        put(folder, subject="堆场已满")
        page = clerk.get(reverse("notices:mailbox")).content.decode()
        assert 0 < page.index("堆场已满") < page.index("Склад полон")

    def test_a_mail_shows_its_html_in_a_frame_that_may_run_nothing_with_its_plot_inside(self, folder, clerk):
        key = put(folder, subject="Yard full")
        page = clerk.get(reverse("notices:mail", args=[key])).content.decode()
        assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
        assert "data:image/png;base64," in page
        assert "cid:plot" not in page
        assert "<script>alert(1)" not in page
        assert "The yard is full." in page

    def test_times_are_the_readers(self, folder, clerk):
        mailbox.Maildir(folder, create=True).add(b"Date: Mon, 04 May 2026 02:00:00 -0000\nSubject: x\n\ny")
        assert "2026-05-04 10:00:00" in clerk.get(reverse("notices:mailbox")).content.decode()

    @pytest.mark.parametrize("key", ["..", "..%2F..%2Fetc%2Fpasswd", "new", "nothing"])
    def test_only_what_the_mailbox_lists_is_a_mail(self, folder, clerk, key):
        put(folder)
        (folder.parent / "secret").write_text("secret")
        assert clerk.get(f"/mailbox/{key}/").status_code in (302, 404)
        assert clerk.get("/mailbox/..%2F..%2Fsecret/").status_code == 404

    def test_a_mailbox_without_mail_says_so(self, folder, clerk):
        assert "No mail yet" in clerk.get(reverse("notices:mailbox")).content.decode()

    def test_a_broken_mail_does_not_hide_the_others(self, folder, clerk):
        put(folder, subject="Yard full")
        box = mailbox.Maildir(folder)
        key = box.add(b"Subject: =?utf-99?q?x?=\nDate: never\nContent-Type: text/plain; charset=none\n\n\xff\xfe")
        assert "Yard full" in clerk.get(reverse("notices:mailbox")).content.decode()
        assert clerk.get(reverse("notices:mail", args=[key])).status_code == 200

    def test_strangers_are_sent_to_the_door(self, folder, client):
        assert client.get(reverse("notices:mailbox")).status_code == 302
        client.force_login(UserFactory(username="shipper", is_staff=False), backend="apps.parties.backends.RoleBackend")
        assert client.get(reverse("notices:mailbox")).status_code == 302

    def test_where_mail_leaves_the_machine_there_is_no_mailbox(self, clerk, settings):
        settings.MAILBOX_DIR = ""
        assert clerk.get(reverse("notices:mailbox")).status_code == 404
