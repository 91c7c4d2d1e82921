"""Everything that changes a sandbox: built, played, swept, entered.

Locks: the stage before everything else.
"""

from apps.sandbox.services.closing import close_sandbox
from apps.sandbox.services.entering import Credential, let_in
from apps.sandbox.services.opening import open_sandbox
from apps.sandbox.services.playing import AWAKE, begin_day, is_wanted, play, play_one
from apps.sandbox.services.sweeping import NoSandbox, sweep

__all__ = [
    "AWAKE",
    "Credential",
    "NoSandbox",
    "begin_day",
    "close_sandbox",
    "is_wanted",
    "let_in",
    "open_sandbox",
    "play",
    "play_one",
    "sweep",
]
