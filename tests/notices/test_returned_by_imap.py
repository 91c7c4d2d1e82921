"""The box of returned mail on a real mail server: read, marked, and its password kept from impostors."""

import contextlib
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from email.message import Message
from pathlib import Path

import pytest

from apps.notices.boxes import BoxAway, box_at
from apps.notices.returned import MOST_BYTES, read_returned
from tests.factories.certificates import certificate
from tests.factories.notices import MONDAY_TEN
from tests.notices.test_refusals import bounced

pytestmark = pytest.mark.django_db

USER, PASSWORD = "demouser", "demopass"
"""The one user the server's box in memory knows."""


class Server:
    """pymap with its box in memory, on a port of its own; STARTTLS with the certificate."""

    def __init__(self, pem: Path) -> None:
        self.port = _free_port()
        run = [Path(sys.executable).with_name("pymap"), "--host", "127.0.0.1", "--port", str(self.port)]
        self.pem = pem
        self.process = subprocess.Popen(
            [*run, "--cert", pem, "--key", pem, "dict", "--demo-data"], stderr=subprocess.DEVNULL
        )

    def url(self, host: str = "localhost", folder: str = "Returned mail", scheme: str = "imap") -> str:
        return f"{scheme}://{USER}:{PASSWORD}@{host}:{self.port}/{folder.replace(' ', '%20')}"

    def put(self, mail: Message) -> None:
        with self.opened() as box:
            box.create('"Returned mail"')
            box.append('"Returned mail"', "", None, mail.as_bytes())

    def marked(self) -> list[int]:
        with self.opened() as box:
            box.select('"Returned mail"')
            return [len(box.search(None, mark)[1][0].split()) for mark in ("SEEN", "FLAGGED")]

    def opened(self) -> imaplib.IMAP4:
        box = imaplib.IMAP4("localhost", self.port, timeout=10)
        box.starttls(ssl_context=ssl.create_default_context(cafile=str(self.pem)))
        box.login(USER, PASSWORD)
        return box


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _until_it_listens(server: Server) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the mail server never listened")


@pytest.fixture
def server(tmp_path):
    started = Server(certificate(tmp_path, "localhost"))
    try:
        _until_it_listens(started)
        yield started
    finally:
        started.process.terminate()
        started.process.wait(10)


@pytest.fixture
def vouched(server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(server.pem))
    return server


def test_returned_mail_is_read_over_a_sealed_line_and_marked(lyg, vouched, settings):
    settings.BOUNCES_URL = vouched.url()
    vouched.put(bounced())
    question = Message()
    question["From"], question["Subject"] = "madina@terminal.example", "Why do I get this?"
    vouched.put(question)
    turn = read_returned(MONDAY_TEN)
    assert (turn.addresses, turn.left) == (["Gone@terminal.example"], ["madina@terminal.example: Why do I get this?"])
    assert vouched.marked() == [1, 1]
    assert read_returned(MONDAY_TEN).reports == 0


def test_what_is_too_long_is_not_fetched(vouched):
    vouched.put(bounced())
    with box_at(vouched.url()) as box:
        (key,) = box.unread()
        assert box.content(key, 10) is None
        assert b"Gone@terminal.example" in box.content(key, MOST_BYTES)


def test_a_folder_that_is_not_there_and_a_wrong_password_are_said(vouched):
    for wrong in (vouched.url(folder="Nowhere"), vouched.url().replace(PASSWORD, "guess")):
        with pytest.raises(BoxAway), box_at(wrong):
            pass


def test_nobody_s_certificate_gets_no_password(server):
    with pytest.raises(BoxAway, match="certificate verify failed"), box_at(server.url()):
        pass


def test_nobody_s_certificate_gets_no_password_where_the_line_is_sealed_from_the_start(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "localhost"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        greeted: list[bytes] = []
        turn = threading.Thread(target=_greet, args=(listener, context, greeted), daemon=True)
        turn.start()
        url = f"imaps://{USER}:{PASSWORD}@localhost:{listener.getsockname()[1]}/INBOX"
        with pytest.raises(BoxAway, match="certificate verify failed"), box_at(url):
            pass
        turn.join(10)
    assert greeted == []


def _greet(listener: socket.socket, context: ssl.SSLContext, greeted: list[bytes]) -> None:
    """Take one line, greet, and keep what is said then."""
    line, _address = listener.accept()
    with contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as sealed:
        sealed.sendall(b"* OK ready\r\n")
        greeted.append(sealed.recv(1000))


def test_a_certificate_of_another_name_gets_no_password(vouched):
    with pytest.raises(BoxAway, match="certificate verify failed"), box_at(vouched.url(host="127.0.0.1")):
        pass


def test_a_server_that_is_away_is_said(tmp_path):
    with pytest.raises(BoxAway, match="refused"), box_at(f"imap://{USER}:{PASSWORD}@localhost:{_free_port()}/INBOX"):
        pass
