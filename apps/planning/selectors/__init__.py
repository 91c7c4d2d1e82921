"""What the site carries in a year, and what a change would do to it."""

from apps.planning.selectors.capacity import CapacityAnswer, Nonsense, Question, capacity
from apps.planning.selectors.measured import Measured, measured

__all__ = ["CapacityAnswer", "Measured", "Nonsense", "Question", "capacity", "measured"]
