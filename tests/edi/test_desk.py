"""People's ways in: the admin and the command."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.core.serializers import deserialize
from django.urls import reverse

from apps.containers.models import Visit
from apps.edi.models import Interchange, Partner
from terminal.edifact.showing import shown_segments
from tests.edi.test_taking import A_SHIP_NOBODY_KNOWS, ONE
from tests.factories.edi import PartnerFactory, interchange, take
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db

RIGHTS = ("edi.view_partner", "edi.view_interchange", "edi.take_interchange", "edi.send_interchange")


@pytest.fixture
def partner(lyg):
    return PartnerFactory(uses_folder=True)


@pytest.fixture
def clerk(client, partner):
    client.force_login(staff(*RIGHTS, username="li.na", terminal=partner.terminal))
    return client


def hand_in(client, partner, data, **more):
    address = reverse("admin:edi_partner_do", args=[partner.pk, "hand_in"])
    form = {"file": SimpleUploadedFile("x.edi", data), "answered": "1", **more}
    return client.post(address, form, follow=True).content.decode()


def test_a_clerk_hands_in_what_came_by_mail_and_reads_what_became_of_it(clerk, partner):
    page = hand_in(clerk, partner, interchange(ONE))
    row = Interchange.objects.came().get()
    assert (row.door, row.by, row.fate) == ("desk", "user:li.na", "taken")
    assert "1 done" in page
    assert "COPARN AO-1: visit advised (CSQU3054383)" in page
    assert reverse("admin:edi_interchange_change", args=[row.pk]) in page


def test_only_looking_says_what_would_be_and_keeps_nothing(clerk, partner):
    page = hand_in(clerk, partner, interchange(ONE), only_look="on")
    assert "Nothing was done. It would be:" in page
    assert "visit advised (CSQU3054383)" in page
    assert [each.objects.count() for each in (Interchange, Visit)] == [0, 0]


def test_a_refusal_is_shown_at_its_segment(clerk, partner):
    told = hand_in(clerk, partner, interchange(A_SHIP_NOBODY_KNOWS))
    assert "Refused:" in told
    assert "1 done" not in told
    row = Interchange.objects.came().get()
    page = clerk.get(reverse("admin:edi_interchange_change", args=[row.pk])).content.decode()
    assert "segment 4 TDT, element 2.1" in page
    assert "999X NOBODY" in page
    wrong = page[page.index("bg-red-200") :]
    assert wrong[: wrong.index("</span>\n")].endswith("TDT+20+999X+1++SNL:172:20+++:103::NOBODY")


def test_original_and_answers_are_downloaded_by_who_may_see_interchanges(clerk, client, partner):
    row = take(interchange(ONE), partner)
    address = reverse("attachment", args=[row.original.public_id])
    assert b"".join(clerk.get(address).streaming_content) == interchange(ONE)
    client.force_login(staff("common.view_attachment", username="wang", terminal=partner.terminal))
    assert client.get(address).status_code == 404


def test_what_was_sent_is_sent_again_by_a_button(clerk, partner):
    row = take(interchange(ONE), partner).answers.first()
    clerk.post(reverse("admin:edi_interchange_do", args=[row.pk, "send_again"]))
    row.refresh_from_db()
    assert row.times == 2


def test_an_agreement_that_cannot_be_kept_is_refused_in_the_form(client, partner):
    rights = ("edi.add_partner", "edi.change_partner", "edi.view_partner", "parties.view_party")
    client.force_login(staff(*rights, username="admin", terminal=partner.terminal))
    form = {
        "terminal": partner.terminal.pk, "code": "new", "name": "New", "party": PartyFactory().pk,
        "sender_code": "NEW", "own_code": "CNLYG", "dialect": "D.95B", "takes": ["COPARN"],
        "agreements": '{"statuses": {"XX": "flown"}}', "active": "on",
    }  # fmt: skip
    page = client.post(reverse("admin:edi_partner_add"), form).content.decode()
    assert "statuses flown" in page
    form["agreements"], form["takes"] = "{}", ["CUSRES"]
    page = client.post(reverse("admin:edi_partner_add"), form).content.decode()
    assert "Not from this partner: CUSRES." in page
    form["takes"] = ["COPARN", "IFTSTA"]
    client.post(reverse("admin:edi_partner_add"), form)
    assert Partner.objects.get(code="new").takes == ["COPARN", "IFTSTA"]


def run(*words):
    out = StringIO()
    call_command("edi", "read", *map(str, words), stdout=out)
    return out.getvalue()


def test_the_command_says_what_a_file_would_do_and_does_it_when_asked(partner, tmp_path):
    file = tmp_path / "advice.edi"
    file.write_bytes(interchange(ONE))
    told = run(file)
    assert "COPARN D.95B AO-1\n  + what visit-advised, container CSQU3054383, visit " in told
    assert "Nothing was written" in told
    assert not Interchange.objects.exists()
    assert "Taken." in run(file, "--take")
    assert (Interchange.objects.came().get().door, Visit.objects.count()) == ("command", 1)


def test_the_command_ends_with_an_error_at_the_place(partner, tmp_path):
    file = tmp_path / "list.edi"
    file.write_bytes(interchange(A_SHIP_NOBODY_KNOWS))
    with pytest.raises(CommandError, match="Refused at segment 4: unknown-here"):
        run(file)
    with pytest.raises(CommandError, match="No exchange of EDIFACT with nobody"):
        run(file, "--partner", "nobody")
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.edi")


def test_what_cannot_be_read_is_shown_all_the_same():
    assert [each.text for each in shown_segments(b"UNB+A'\x00\xffX'")] == ["UNB+A", "·ÿX"]
    assert [(each.number, each.text) for each in shown_segments(interchange(ONE))][-1] == (7, "UNZ+1+IC1")


def test_the_demos_partners_are_agreements_that_can_be_kept(lyg):
    TerminalFactory(code="cnlyg")
    for code in ("tianshan-trading", "yellow-sea-line", "xugou-haulage", "ktz"):
        PartyFactory(code=code)
    file = Path(settings.ROOT) / "fixtures" / "demo" / "partners.yaml"
    partners = [each.object for each in deserialize("yaml", file.read_text())]
    assert [each.code for each in partners] == ["tianshan", "yellow-sea", "xugou", "ktz"]
    for each in partners:
        each.full_clean(exclude=["id"])
        assert each.profile.dialects
