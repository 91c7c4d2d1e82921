"""A real receiver of the test's own, which can be slow, choosy or gone; and a way to pass a clock down."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

import pytest

from apps.webhooks import services
from apps.webhooks.models import Delivery
from apps.webhooks.parcels import pack
from apps.webhooks.services import Tried
from apps.webhooks.wire import Wire
from config.embedded.ports import free_port
from tests.factories.api import all_settled

Answers = TypeVar("Answers")


@dataclass
class Got:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self):
        return json.loads(self.body)


class Receiver:
    """An HTTP server on loopback. ``answer`` says what each request is answered: a status, or more."""

    def __init__(self) -> None:
        self.port = free_port()
        self.got: list[Got] = []
        self.answer: Callable[[Got], object] = lambda got: 204
        self.server: ThreadingHTTPServer | None = None

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def start(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                got = Got(self.path, headers, self.rfile.read(int(headers["content-length"])))
                said = receiver.answer(got)
                receiver.got.append(got)
                status, more, body = said if isinstance(said, tuple) else (said, {}, b"")
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # the sender does not read a long answer to its end
                    self.wfile.write(body)

            def log_message(self, *unused: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def ids(self) -> list[str]:
        return [got.id for got in self.got]


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """A receiver that runs, on this machine, where messages may go."""
    settings.MESSAGES_MAY_STAY_INSIDE = True
    receiver = Receiver()
    receiver.start()
    yield receiver
    receiver.stop()


def to_its_end(work: Coroutine[Any, Any, Answers]) -> Answers:
    """Run it in a thread of its own: in this one a browser of other tests may have left its loop running."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def round_at(at) -> int:
    """Read on, take what is due at this moment, send it, write down what became of it: how many were sent."""
    while services.queue_news(at):
        pass
    claimed = services.claim(at)
    parcels, settled = pack(claimed, at)
    tried = [*settled, *to_its_end(_sent(parcels, at))]
    services.stamp(tried, at, luck=lambda: 0.5)
    services.end_gone({each.claimed.webhook for each in tried if each.fate == "gone"}, at)
    return len(claimed)


async def _sent(parcels, at):
    async with Wire() as wire:
        answers = await asyncio.gather(*[wire.send(each) for each in parcels])
    return [
        Tried(parcel.claimed, at, answer.status, answer.took_ms, answer.words, answer.retry_after)
        for parcel, answer in zip(parcels, answers, strict=True)
    ]


@pytest.fixture
def deliver():
    """Deliver all that is due at a moment; how many rounds it took."""

    def run(at) -> int:
        all_settled()
        rounds = 0
        while round_at(at):
            rounds += 1
        return rounds

    return run


@pytest.fixture
def eventually():
    """Wait until something is so, at most so many seconds."""

    def wait(so, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, "it never came to be"
            time.sleep(0.05)

    return wait


@pytest.fixture
def states():
    """The states of all deliveries, in order."""
    return lambda: list(Delivery.objects.order_by("pk").values_list("state", flat=True))
