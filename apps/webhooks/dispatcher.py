"""The dispatcher: one long-running process that reads the journal on and sends what webhooks are told. Several may run.

# Note [Looked at, not rung for]
The journal is looked at five times a second, which costs one probe of an index, and does not ring: a NOTIFY in every
transaction that records something would queue all their commits behind one lock of the server. What people ask for
(a test, a replay, a new webhook) rings. While no webhook runs, looks are rare.

# Note [Written down without waiting for the disk]
A server that loses its power may forget the last moment of what a dispatcher wrote: then place and messages are both of
before and are read again, or answers are not there and what was taken is sent again, in order, under the same ids. That
is what at least once means; waiting for the disk three times a look would buy nothing.
"""

import asyncio
import logging
import random
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import psycopg2
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from apps.notices.services import beat
from apps.webhooks import services
from apps.webhooks.models import Webhook
from apps.webhooks.parcels import Parcel, pack
from apps.webhooks.services import Tried
from apps.webhooks.wire import Wire
from terminal.webhooks import Fate

logger = logging.getLogger(__name__)

GLANCE_S: Final = 0.2
BREATH_S: Final = 0.02
"""How long answers are gathered before they are written down together."""

IDLE_S: Final = 2.0
BEAT_S: Final = 5.0
IN_HAND: Final = 800
"""Messages in hand at once, over all webhooks."""

SLOW_S: Final = 1.0
VERY_SLOW_S: Final = 4.0
LONGEST_WAIT_S: Final = 10.0

T = TypeVar("T")


@dataclass
class Pace:
    """How quickly a webhook answers, the latest answers counting most, and what it has in hand."""

    seconds: float = 0.0
    in_hand: int = 0

    def note(self, seconds: float) -> None:
        """One more answer."""
        self.seconds += 0.2 * (seconds - self.seconds)

    def most(self) -> int:
        """What it may have in hand: a slow address never has all the places there are."""
        return 2 if self.seconds > VERY_SLOW_S else 8 if self.seconds > SLOW_S else services.EACH


@dataclass
class Round:
    """What one look at the database brought."""

    parcels: list[Parcel] = field(default_factory=list)
    more: bool = False
    idle: bool = False


class Dispatcher:
    """Sends until told to stop. A database that goes away is waited for; what was answered meanwhile is kept."""

    def __init__(self) -> None:
        self.stopping = False
        self.answered: list[Tried] = []
        self.unstamped: list[Tried] = []
        self.paces: dict[int, Pace] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self.failures = 0
        self.beat_at = 0.0
        self.ear: Any = None
        self.line: Any = None

    def run(self) -> None:
        """Work until ``stop``; SIGTERM and SIGINT call it."""
        asyncio.run(self.work())

    def stop(self) -> None:
        """End when what is in hand is answered."""
        self.stopping = True
        self.news.set()

    async def work(self) -> None:
        """The whole life of it, within a loop."""
        self.loop, self.news = asyncio.get_running_loop(), asyncio.Event()
        self.loop.set_default_executor(ThreadPoolExecutor(max_workers=32, thread_name_prefix="names"))
        for each in (signal.SIGTERM, signal.SIGINT):
            self._heed(each)
        async with Wire() as self.wire:
            while not self.stopping:
                await self._round()
            await self._finish()
        await self._in_database(self._hang_up)
        if self.ear is not None and not self.ear.closed:
            self.loop.remove_reader(self.ear.fileno())
            self.ear.close()

    def _heed(self, each: signal.Signals) -> None:
        try:
            self.loop.add_signal_handler(each, self.stop)
        except (ValueError, RuntimeError):
            return  # not the main thread: whoever runs us there stops us by ``stop``

    async def _round(self) -> None:
        self.unstamped += self.answered
        self.answered = []
        try:
            seen = await self._in_database(self._look)
        except DatabaseError as trouble:
            await self._lose_database(trouble)
            return
        self.failures = 0
        for parcel in seen.parcels:
            self._send(parcel)
        await self._wait(seen)

    async def _wait(self, seen: Round) -> None:
        if seen.more or seen.parcels:
            await asyncio.sleep(BREATH_S)
            return
        try:
            await asyncio.wait_for(self.news.wait(), IDLE_S if seen.idle and not self.tasks else GLANCE_S)
            await asyncio.sleep(BREATH_S)
        except TimeoutError:
            pass
        self.news.clear()

    def _look(self) -> Round:
        """All that is done in the database, in its own thread."""
        self._connect()
        self._listen()
        self._stamp()
        at = timezone.now()
        read = self._queue_news(at)
        room = IN_HAND - len(self.tasks)
        busy = {webhook: (pace.in_hand, pace.most()) for webhook, pace in self.paces.items()}
        claimed = services.claim(at, most=room, busy=busy) if room > 0 else []
        parcels, self.unstamped = pack(claimed, at) if claimed else ([], [])
        settled = len(self.unstamped)
        self._stamp()
        idle = not (read or claimed or self.tasks) and not Webhook.objects.running().exists()
        return Round(parcels, more=bool(read or settled), idle=idle)

    def _queue_news(self, at: datetime) -> int:
        """Read on. A fault in it keeps nothing from being sent; its silence is noticed by the delivery desk."""
        try:
            read = services.queue_news(at)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("The journal cannot be read on for webhooks.")
            return 0
        self._keep_watch(at)
        return read

    def _stamp(self) -> None:
        if tried := self.unstamped:
            at = timezone.now()
            services.stamp(tried, at, luck=random.random)
            self.unstamped = []
            if gone := {each.claimed.webhook for each in tried if each.fate is Fate.GONE}:
                services.end_gone(gone, at)

    def _keep_watch(self, at: datetime) -> None:
        if at.timestamp() - self.beat_at >= BEAT_S:
            beat("webhooks", at)
            self.beat_at = at.timestamp()

    def _send(self, parcel: Parcel) -> None:
        self.paces.setdefault(parcel.claimed.webhook, Pace()).in_hand += 1
        task = self.loop.create_task(self._deliver(parcel))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, parcel: Parcel) -> None:
        answer = await self.wire.send(parcel)
        pace = self.paces[parcel.claimed.webhook]
        pace.in_hand -= 1
        pace.note(answer.took_ms / 1000)
        self.answered.append(
            Tried(parcel.claimed, timezone.now(), answer.status, answer.took_ms, answer.words, answer.retry_after)
        )
        self.news.set()

    async def _finish(self) -> None:
        """Wait for what is in hand and write down what became of it."""
        if self.tasks:
            await asyncio.wait(set(self.tasks), timeout=20)
        self.unstamped += self.answered
        try:
            await self._in_database(self._stamp)
        except DatabaseError as trouble:
            logger.warning("The database is away; %d messages will be sent again: %s", len(self.unstamped), trouble)

    async def _lose_database(self, trouble: Exception) -> None:
        logger.warning("The database is away: %s", str(trouble).splitlines()[:1])
        await self._in_database(self._hang_up)
        self.failures += 1
        if not self.stopping:
            await asyncio.sleep(min(0.25 * 2.0**self.failures, LONGEST_WAIT_S))

    async def _in_database(self, step: Callable[[], T]) -> T:
        return await self.loop.run_in_executor(self.database, step)

    def _connect(self) -> None:
        """On a new connection: see Note [Written down without waiting for the disk]."""
        connection.ensure_connection()
        if self.line is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute("SET synchronous_commit = off")
            self.line = connection.connection

    def _listen(self) -> None:
        """Be rung for, on a connection of its own."""
        if self.ear is not None and not self.ear.closed:
            return
        self.ear = connection.get_new_connection(connection.get_connection_params())
        self.ear.autocommit = True
        with self.ear.cursor() as cursor:
            cursor.execute(f"LISTEN {services.CHANNEL}")
        self.loop.call_soon_threadsafe(self.loop.add_reader, self.ear.fileno(), self._rung, self.ear)

    def _rung(self, ear: Any) -> None:
        try:
            ear.poll()
        except psycopg2.Error:
            self.loop.remove_reader(ear.fileno())
            ear.close()
            return
        ear.notifies.clear()
        self.news.set()

    def _hang_up(self) -> None:
        connection.close()
