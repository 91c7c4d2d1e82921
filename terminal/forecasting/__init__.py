"""Forecasts of stocks from what is known, in plain Python and NumPy: no database, no clock.

``known`` says what may be known, ``forecast`` makes the forecast, ``scoring`` judges it by what came.
"""

from terminal.forecasting.forecast import Forecasts, forecast, forecast_all
from terminal.forecasting.known import Known
from terminal.forecasting.outlook import Outlook

__all__ = ["Forecasts", "Known", "Outlook", "forecast", "forecast_all"]
