"""A week that passes in minutes: generated traffic by the terminal's own commands, and all that is written about it."""

from apps.demo.services.live.cast import Cast, prepare
from apps.demo.services.live.chronicle import Chronicle, chronicle, lines
from apps.demo.services.live.passing import Passing

__all__ = ["Cast", "Chronicle", "Passing", "chronicle", "lines", "prepare"]
