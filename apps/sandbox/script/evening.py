"""What is left at the end of the day leaves, so that the next one begins with an empty terminal."""

from typing import Final

from apps.sandbox.script.cues import cue

EVENING: Final = (cue(59, "evening", "", "what is left is let go and taken away"),)
