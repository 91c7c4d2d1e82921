"""Every figure of the method that is not learned from the terminal's own records, in one place."""

from typing import Final

HORIZON: Final = 336
"""Hours forecast: fourteen days."""
LEADS_H: Final = (0.0, 6.0, 12.0, 24.0, 48.0, 72.0, 120.0, 192.0)
"""Edges of the classes of how far ahead a carrier is expected; before the first it is overdue."""
ATOMS: Final = 10
"""Equally likely errors by which each estimate is spread."""
LAGS: Final = 48
"""Hours after a carrier's arrival in which its boxes may come off and go on."""
RESOLVED_DAYS: Final = 3
"""A call that was expected so long ago and has not come counts as one that does not come."""
LEAST_CASES: Final = 12
"""Fewer cases than these teach nothing of their own: the wider class is taken."""
TRAINED_DAYS: Final = 90
"""How far back habits are learned."""
WARM_DAYS: Final = 14
"""Days at the beginning of the records of which nothing is asked: what stood then may have come before them."""
EVERY_H: Final = 7
"""Hours between two past moments as of which the forecast is made again to learn its errors; 7 and 24 share no hour."""
QUANTILES: Final = (0.1, 0.5, 0.9)
COVERS: Final = 0.8
"""The share of hours that should lie in the band."""
BELIEF: Final = 4.0
"""So many independent cases are outweighed by what is believed before any: that past forecasts are right on average."""
LEAST_PASTS: Final = 20
"""With fewer past forecasts nothing is said of how wrong the next may be, and so nothing is forecast."""
BLOCKS: Final = 8
"""Into so many stretches the past is cut; what is learned is tried on the one it was not learned from."""
DRAWS: Final = 200
"""How often the trains of the coming days are played."""
PAST_PLAYS: Final = 48
"""As of so many past moments they are played too, to learn how much their band has to hold."""
PAST_DRAWS: Final = 60
