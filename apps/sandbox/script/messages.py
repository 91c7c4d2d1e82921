"""What goes wrong with webhooks. Only what their standard allows: the order of a container's messages is kept."""

from typing import Final

from apps.sandbox.script.cues import cue

MESSAGES: Final = (
    cue(18, "send_twice", "smooth", "messages that were delivered come once more under the same ids"),
    cue(24, "forge", "", "a message comes that we did not sign: refuse it (4xx)"),
    cue(25, "forge_again", "", "one comes with an old timestamp: refuse it, too"),
    cue(33, "go_silent", "", "an outage: nothing is sent for three minutes, then all of it in order"),
)  # fmt: skip
