"""However often somebody asks it to end, the supervisor ends."""

import signal
import subprocess
import sys
import time

from config.embedded.places import PROJECT
from config.supervisor.ending import Ending

PROGRAM = """
import signal
from config.supervisor.ending import Ending
ending = Ending()
signal.signal(signal.SIGTERM, lambda *_: ending.set())
print("waits", flush=True)
while not ending.wait(0.0001):
    pass
print("ends", flush=True)
"""


def test_a_storm_of_signals_ends_it_like_one():
    for _ in range(5):
        waiting = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert waiting.stdout.readline() == "waits\n"
        for _ in range(20):
            waiting.send_signal(signal.SIGTERM)
        assert waiting.stdout.readline() == "ends\n"
        waiting.communicate(timeout=10)


def test_asked_while_it_is_being_asked():
    ending = Ending()
    frames = []

    def again(*_):
        ending.set()
        frames.append(1)
        if len(frames) < 3:
            signal.raise_signal(signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, again)
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ending.is_set()
    assert ending.wait(0)


def test_nobody_asked_yet():
    ending = Ending()
    start = time.monotonic()
    assert not ending.wait(0.05)
    assert time.monotonic() - start >= 0.05
