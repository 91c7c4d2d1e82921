"""A real mail server of the tests' own, which can be slow, choosy, faithless or gone."""

import asyncio
import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from config.embedded.ports import free_port


class Server:
    """An SMTP server on loopback that keeps what it took. It refuses ``refused`` and waits ``pause_s`` after taking.

    ``drops``: asked at every word of a mail (``MAIL``, ``RCPT``, ``DATA`` before it is kept, ``KEPT`` once it is)
    whether the line is dropped without an answer. ``a_line``: mails it takes over one line before it says 421.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refused: set[str] = set()
        self.answer_to_data = "250 taken"
        self.pause_s = 0.0
        self.drops: Callable[[str], bool] = lambda word: False
        self.a_line, self.lines = 0, 0
        self.controller: Controller | None = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.lines += 1
        session.host_name, session.carried = hostname, 0
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        self._drop(server, "MAIL")
        if self.a_line and session.carried >= self.a_line:
            return "421 4.7.0 enough over this line"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self._drop(server, "RCPT")
        if address in self.refused:
            return "550 5.1.1 no such reader"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self._drop(server, "DATA"):
            return "451 nobody hears this"
        if self.answer_to_data.startswith("2"):
            self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.recipients += envelope.rcpt_tos
            session.carried += 1
        self._drop(server, "KEPT")
        if self.pause_s:
            await asyncio.sleep(self.pause_s)
        return self.answer_to_data

    def _drop(self, server, word: str) -> bool:
        dropped = self.drops(word)
        if dropped:
            server.transport.abort()
        return dropped

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


def once(word: str, after: int = 0) -> Callable[[str], bool]:
    """The line is dropped once, at that word of the mail after so many."""
    left = [after + 1]

    def drops(said: str) -> bool:
        left[0] -= said == word
        return said == word and left[0] == 0

    return drops


@contextmanager
def served(settings) -> Iterator[Server]:
    """A mail server that runs, and settings that point at it."""
    server = Server()
    settings.EMAIL_BACKEND = "apps.notices.line.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    server.start()
    yield server
    server.stop()
