"""How the workers' tasks do: counted as each run ends, in one statement, so that two runs at once lose nothing."""

from datetime import datetime
from typing import Any

from django.db import connection

COUNT = """
INSERT INTO notices_tasktally AS t
       (task, runs, failures, seconds, last_seconds, last_ended_at, failing_since, last_failure)
VALUES (%(task)s, 1, %(failed)s::int, %(seconds)s, %(seconds)s, %(at)s,
        CASE WHEN %(failed)s THEN %(at)s::timestamptz END, %(failure)s)
ON CONFLICT (task) DO UPDATE SET
    runs = t.runs + 1,
    failures = t.failures + excluded.failures,
    seconds = t.seconds + excluded.seconds,
    last_seconds = excluded.last_seconds,
    last_ended_at = greatest(t.last_ended_at, excluded.last_ended_at),
    failing_since = CASE WHEN %(failed)s THEN coalesce(t.failing_since, excluded.failing_since) END,
    last_failure = CASE WHEN %(failed)s THEN excluded.last_failure ELSE t.last_failure END
"""


def tally(task: str, *, seconds: float, at: datetime, failure: BaseException | None = None) -> None:
    """One run of a task has ended, well or with ``failure``."""
    words = "" if failure is None else f"{type(failure).__name__}: {failure}"[:500].replace("\0", "")
    said: dict[str, Any] = {"task": task, "seconds": seconds, "at": at, "failed": failure is not None, "failure": words}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, said)
