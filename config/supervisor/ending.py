"""The wish to end, from a signal handler to whoever waits."""

import os
import select


class Ending:
    """Like ``threading.Event``, but safe to set from a signal handler, again and again.

    An Event takes a lock to be set: a second signal that comes while the first is handled, or while the main thread
    looks at it, would wait for that lock forever. This one writes a byte into a pipe that nobody empties.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._set = False

    def set(self) -> None:
        """From now on it is so."""
        if not self._set:
            self._set = True
            os.write(self._write, b"\0")

    def is_set(self) -> bool:
        """Whether somebody wishes the end."""
        return self._set

    def wait(self, seconds: float) -> bool:
        """Return as soon as somebody wishes the end, or after ``seconds``; whether somebody does."""
        return self._set or bool(select.select([self._read], [], [], seconds)[0])
