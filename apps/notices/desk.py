"""The delivery desk: one long-running process that sends what is written, and watches the processes that cannot
report their own death."""

import logging
import os
import select
import signal
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from apps.notices import services
from apps.notices.bounces import report_refusals
from apps.notices.broker import broker_answers
from apps.notices.models import Notice
from apps.notices.post import Answer, Fate, Post
from apps.notices.silence import report_silence

logger = logging.getLogger(__name__)

ON_DUTY = 7_365_110
"""The advisory lock of the one desk on duty; any further desk stands by."""

GLANCE = timedelta(seconds=5)
"""How often the desk looks by itself: for retries that fell due, and for silence."""

BROKER_ASKED = timedelta(seconds=20)
"""How often the desk asks whether the broker answers."""

SUSPENDED = timedelta(minutes=2)
LONGEST_WAIT_S = 30.0


class Desk:
    """Sends until told to stop. A database or a mail server that goes away is waited for, never a reason to end.

    ``unstamped``: a mail whose answer the database did not take yet; it is stamped first when the database is back,
    so that a restart of the database repeats nothing.
    """

    def __init__(self) -> None:
        self.stopping = False
        self.listening = False
        self.unstamped: tuple[Notice, Answer] | None = None
        self.looked_at = self.listening_since = timezone.now()
        self.broker_asked_at = self.looked_at - BROKER_ASKED
        self.server_failures = self.database_failures = 0
        self.server_rests_until = 0.0
        self.ear, self.mouth = os.pipe()

    def stop(self, *unused: object) -> None:
        """End after the mail in hand."""
        self.stopping = True
        os.write(self.mouth, b".")

    def run(self) -> None:
        """Work until ``stop``; SIGTERM and SIGINT call it."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self.stop)
        while not self.stopping:
            try:
                self._work()
                self.database_failures = 0
            except DatabaseError as trouble:
                self._lose_database(trouble)
        connection.close()

    def _work(self) -> None:
        if not self._on_duty():
            self._sleep(GLANCE.total_seconds())
            return
        self._stamp()
        self._keep_watch(timezone.now())
        if time.monotonic() >= self.server_rests_until:
            self._deliver()
        self._wait_for_news()

    def _on_duty(self) -> bool:
        if self.listening and connection.is_usable():
            return True
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ON_DUTY])
            self.listening = cursor.fetchone()[0]
            if self.listening:
                cursor.execute(f"LISTEN {services.CHANNEL}")
        if self.listening:
            logger.info("The delivery desk is on duty.")
            self._stamp()
            services.take_back_claims(timezone.now())
        return self.listening

    def _keep_watch(self, at: datetime) -> None:
        # A long gap: we were suspended ourselves, and so perhaps were the others.
        if at - self.looked_at > SUSPENDED:
            self.listening_since = at
        self.looked_at = at
        services.beat("desk", at)
        self._ask_broker(at)
        report_silence(self.listening_since, at)
        report_refusals(at)

    def _ask_broker(self, at: datetime) -> None:
        """A broker cannot report its own death, nor can a worker that waits for it."""
        if at - self.broker_asked_at < BROKER_ASKED:
            return
        self.broker_asked_at = at
        if broker_answers():
            services.beat("broker", at)

    def _deliver(self) -> None:
        with Post() as post:
            while not self.stopping:
                notice = services.claim_next(timezone.now())
                if notice is None:
                    return
                self.unstamped = (notice, post.send(notice))
                fate = self._stamp()
                if timezone.now() - self.looked_at > GLANCE:
                    self._keep_watch(timezone.now())
                if fate is not None and fate.is_trouble:
                    self._rest()
                    return
                self.server_failures = 0

    def _stamp(self) -> Fate | None:
        if self.unstamped is None:
            return None
        notice, answer = self.unstamped
        services.stamp(notice, answer, timezone.now())
        self.unstamped = None
        log = logger.info if answer.accepted else logger.warning
        log("%s %s to %s %s", answer.fate, notice.message_id, notice.recipient, answer.words)
        return answer.fate

    def _rest(self) -> None:
        self.server_failures += 1
        self.server_rests_until = time.monotonic() + min(2.0**self.server_failures, LONGEST_WAIT_S)

    def _lose_database(self, trouble: Exception) -> None:
        logger.warning("The database is away: %s", str(trouble).splitlines()[:1])
        self.listening = False
        connection.close()
        self.database_failures += 1
        self._sleep(min(0.5 * 2.0**self.database_failures, 10.0))

    def _sleep(self, seconds: float) -> None:
        if not self.stopping:
            select.select([self.ear], [], [], seconds)

    def _wait_for_news(self) -> None:
        if self.stopping:
            return
        with connection.wrap_database_errors:
            line: Any = connection.connection
            if not line.notifies:
                select.select([line, self.ear], [], [], GLANCE.total_seconds())
            line.poll()
            line.notifies.clear()
