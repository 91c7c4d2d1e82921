"""A real mail server of the test's own, which can be slow, choosy or gone."""

import email
import email.policy
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from config.embedded.ports import free_port


class Server:
    """An SMTP server on loopback that keeps what it took. It refuses ``refused`` and waits ``pause_s`` after taking."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refused: set[str] = set()
        self.pause_s = 0.0
        self.controller: Controller | None = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 5.1.1 no such reader"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.recipients += envelope.rcpt_tos
        if self.pause_s:
            import asyncio

            await asyncio.sleep(self.pause_s)
        return "250 taken"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]).strip() for mail in self.taken]


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """A mail server that runs, and settings that point at it."""
    server = Server()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    server.start()
    yield server
    server.stop()


@pytest.fixture
def eventually():
    """Wait until something is so, at most so many seconds."""

    def wait(so, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, "it never came to be"
            time.sleep(0.05)

    return wait
