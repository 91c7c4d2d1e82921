"""A generated day worked through the terminal's own commands: what really happened, one work order a move."""

from apps.demo.services.replay.books import audit
from apps.demo.services.replay.day import Shift, replay
from apps.demo.services.replay.ground import Replayed

__all__ = ["Replayed", "Shift", "audit", "replay"]
