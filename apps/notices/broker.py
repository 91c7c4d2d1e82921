"""Whether the broker answers, and how much waits in it."""

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from kombu import Connection

TIMEOUT_S: Final = 2


def broker() -> Connection:
    """A line to the broker, not yet open; a context manager that closes it."""
    return Connection(settings.CELERY_BROKER_URL, connect_timeout=TIMEOUT_S)


def broker_answers() -> bool:
    """Whether the broker can be reached within two seconds. Never raises."""
    try:
        with broker() as line:
            line.ensure_connection(max_retries=1, timeout=TIMEOUT_S)
    except Exception:  # whatever it is, there is no broker to speak to
        return False
    return True


def waiting_in(queues: Iterable[str]) -> dict[str, int]:
    """How many tasks wait in each queue. Raises what kombu raises when there is no broker."""
    with broker() as line:
        line.ensure_connection(max_retries=1, timeout=TIMEOUT_S)
        client: Any = line.default_channel.client  # type: ignore[attr-defined] # Redis' channels have one
        return {queue: int(client.llen(queue)) for queue in queues}
