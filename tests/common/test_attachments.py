"""Files are kept as they came and shown to those who may see them."""

import hashlib
from io import BytesIO

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client, override_settings

from apps.common.attachments import EmptyFile, FileTooLarge, keep, sniffed
from apps.common.ids import uuid7
from apps.common.models import Attachment
from apps.parties.actors import Actor
from tests.factories.network import TerminalFactory
from tests.factories.parties import UserFactory, staff

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
IMPORT = Actor.itself("import")


@pytest.fixture(autouse=True)
def private_storage(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


@pytest.fixture
def photo(lyg) -> Attachment:
    return keep(BytesIO(PNG), name="door.png", by=IMPORT, terminal=lyg)


def opened_by(user, attachment):
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.get(f"/attachments/{attachment}/")


def test_a_file_is_kept_to_the_byte_with_its_digest(photo):
    with photo.file.open("rb") as stored:
        assert stored.read() == PNG
    assert photo.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (photo.size_bytes, photo.added_by) == (len(PNG), "terminal:import")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (b"container_id,tin\nCSQU3054383,1\n", "text/plain"),
        ("вагон,контейнер\n".encode(), "text/plain"),
        (bytes(range(256)), "application/octet-stream"),
    ],
)
def test_the_media_type_is_what_the_bytes_say(content, media_type):
    assert sniffed(content) == media_type


def test_a_page_that_calls_itself_a_picture_is_not_one(lyg):
    kept = keep(BytesIO(b"<html><script>alert(1)</script></html>"), name="photo.png", by=IMPORT, terminal=lyg)
    assert kept.media_type != "image/png"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\铜.csv", "铜.csv"),
        ("a\r\nb.txt", "ab.txt"),
        ("", "file"),
        ("..", ".."),
    ],
)
def test_a_name_is_a_name_and_no_path(lyg, said, kept):
    file = keep(BytesIO(b"x"), name=said, by=IMPORT, terminal=lyg)
    assert file.name == kept
    assert str(file.public_id) in file.file.name


@override_settings(ATTACHMENT_MAX_BYTES=100)
def test_a_file_over_the_limit_is_refused_and_leaves_nothing(lyg, private_storage):
    with pytest.raises(FileTooLarge) as refusal:
        keep(BytesIO(b"x" * 101), name="big", by=IMPORT, terminal=lyg)
    assert refusal.value.facts == {"most_bytes": 100}
    assert not Attachment.objects.exists()
    assert not [each for each in private_storage.rglob("*") if each.is_file()]
    assert keep(BytesIO(b"x" * 100), name="just", by=IMPORT, terminal=lyg).size_bytes == 100


def test_an_empty_file_is_refused(lyg):
    with pytest.raises(EmptyFile):
        keep(BytesIO(b""), name="nothing", by=IMPORT, terminal=lyg)


def test_a_row_that_cannot_be_written_leaves_no_file(lyg, private_storage, monkeypatch):
    def broken(*_, **__):
        raise IntegrityError

    monkeypatch.setattr(Attachment, "save", broken)
    with pytest.raises(IntegrityError):
        keep(BytesIO(b"x"), name="x", by=IMPORT, terminal=lyg)
    assert not [each for each in private_storage.rglob("*") if each.is_file()]


def test_a_file_remembers_what_it_belongs_to(lyg):
    kept = keep(BytesIO(b"x"), name="x", by=IMPORT, terminal=lyg, subject=lyg)
    assert (kept.subject_kind, kept.subject_id) == ("network.terminal", lyg.pk)


def test_staff_with_the_right_save_the_file(photo):
    answer = opened_by(staff("common.view_attachment", username="wang"), photo.public_id)
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Disposition"] == 'attachment; filename="door.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/png"


def test_for_anybody_else_there_is_no_such_file(photo):
    khorgos = TerminalFactory(khorgos=True)
    elsewhere = staff("common.view_attachment", username="aigul", terminal=khorgos)
    for user in (elsewhere, staff(username="li"), UserFactory(username="guest")):
        assert opened_by(user, photo.public_id).status_code == 404
    assert opened_by(staff("common.view_attachment", username="wang"), uuid7()).status_code == 404


def test_whoever_has_not_signed_in_is_sent_to_do_so(photo):
    assert Client().get(f"/attachments/{photo.public_id}/").status_code == 302


def test_a_file_of_no_terminal_is_for_a_superuser_only(lyg):
    kept = keep(BytesIO(b"x"), name="x", by=IMPORT)
    assert opened_by(staff("common.view_attachment", username="wang"), kept.public_id).status_code == 404
    assert opened_by(UserFactory(username="root", is_superuser=True), kept.public_id).status_code == 200
