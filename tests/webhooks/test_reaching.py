"""Nothing is sent where the site does not let messages go: not by redirect, not by a name that changes its mind."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from apps.common import outbound
from apps.webhooks.models import Attempt
from apps.webhooks.parcels import Parcel
from apps.webhooks.services import Claimed
from apps.webhooks.wire import Wire
from tests.factories.certificates import certificate
from tests.factories.webhooks import box_of, grain, happens, webhook_of
from tests.webhooks.conftest import to_its_end

NAME = "hooks.example.com"


def send(url: str, settings=None):
    """What becomes of one message."""
    claimed = Claimed(1, 1, 1, 1, "id", "event", 1)

    async def once():
        async with Wire() as wire:
            return await wire.send(Parcel(claimed, url, {"webhook-id": "id"}, b"{}"))

    return to_its_end(once())


@pytest.fixture
def names(monkeypatch):
    """What the names of the world stand for, one look after the other."""
    looks: dict[str, list[list[str]]] = {}

    def look(target):
        said = looks.get(target.host, [[]])
        return said.pop(0) if len(said) > 1 else said[0]

    monkeypatch.setattr(outbound, "addresses_of", look)
    return looks


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://127.0.0.1/", "https://10.0.0.7/", "https://[::1]/", "https://169.254.169.254/",
        "https://[::ffff:10.0.0.1]/", "https://localhost/", "https://2130706433/", "https://127.1/", "ftp://x/", "",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_knocked_at_however_it_is_written(url):
    answer = send(url)
    assert answer.status is None
    assert "is no address for messages" in answer.words or "not on the public internet" in answer.words


def test_a_name_that_stands_for_an_inner_address_is_not_connected_to(receiver, settings, names):
    settings.MESSAGES_MAY_STAY_INSIDE = False
    for inner in ("127.0.0.1", "10.0.0.7", "fe80::1", "::1"):
        names[NAME] = [["93.184.216.34", inner]]
        assert "not on the public internet" in send(f"https://{NAME}:{receiver.port}/").words
    assert receiver.got == []


@pytest.mark.django_db(transaction=True)
def test_a_name_moved_inside_after_the_webhook_was_made_is_not_connected_to(lyg, settings, names, receiver, deliver):
    settings.MESSAGES_MAY_STAY_INSIDE = False
    names[NAME] = [["93.184.216.34"], ["127.0.0.1"]]
    webhook_of(grain(), f"https://{NAME}:{receiver.port}/hook")
    happens(box_of(grain()))
    deliver(timezone.now())
    assert receiver.got == []
    assert "not on the public internet" in Attempt.objects.get().answer


def test_the_connection_goes_to_the_address_that_was_checked_and_nobody_looks_again(receiver, names):
    names["rebound.example.com"] = [["127.0.0.1"], ["192.0.2.1"]]
    assert send(receiver.url(host="rebound.example.com")).status == 204
    assert receiver.got[0].headers["host"] == f"rebound.example.com:{receiver.port}"
    assert names["rebound.example.com"] == [["192.0.2.1"]]  # looked at once, and that was used


def test_a_name_nobody_knows_is_told_as_such(settings, names):
    assert "nobody knows" in send(f"https://{NAME}/").words


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver, status):
    receiver.answer = lambda got: (status, {"Location": receiver.url("/inner")}, b"over there")
    answer = send(receiver.url())
    assert (answer.status, answer.words) == (status, "over there")
    assert [got.path for got in receiver.got] == ["/hook"]


def test_a_long_answer_is_not_read_to_its_end(receiver):
    receiver.answer = lambda got: (500, {}, b"x" * 5_000_000)
    answer = send(receiver.url())
    assert (answer.status, answer.words) == (500, "x" * 500)


def test_an_answer_with_odd_bytes_is_kept_as_text(receiver):
    receiver.answer = lambda got: (400, {}, b"\x00\xff no")
    assert send(receiver.url()).words == "�� no"


class Tls:
    """A TLS receiver on loopback with a certificate for one name, and the authority that issued it."""

    def __init__(self, folder, name: str) -> None:
        self.file = certificate(folder, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *unused: object) -> None:
            pass


def test_tls_is_verified_for_the_name_though_the_connection_goes_to_the_address(receiver, names, tmp_path, monkeypatch):
    tls = Tls(tmp_path, NAME)
    names[NAME] = names["other.example.com"] = [["127.0.0.1"]]
    assert "certificate" in send(f"https://{NAME}:{tls.port}/").words.lower()
    from aiohttp import connector

    trusting = ssl.create_default_context(cafile=str(tls.file))
    monkeypatch.setattr(connector, "_SSL_CONTEXT_VERIFIED", trusting)
    assert send(f"https://{NAME}:{tls.port}/").status == 204
    assert "certificate" in send(f"https://other.example.com:{tls.port}/").words.lower()
    tls.server.shutdown()
