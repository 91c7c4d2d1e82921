"""Forecasts: making them, judging them by what came, and forgetting the old ones."""

from apps.forecasts.services.forgetting import forget_forecasts
from apps.forecasts.services.making import make_forecasts
from apps.forecasts.services.scoring import score_forecasts

__all__ = ["forget_forecasts", "make_forecasts", "score_forecasts"]
