"""Forecasts of stocks from what is known, in plain Python and NumPy: no database, no clock.

``known`` says what may be known, ``forecast`` makes the forecast, ``scoring`` judges it by what came.
"""

from terminal.forecasting.forecast import Outlook, forecast
from terminal.forecasting.known import Known

__all__ = ["Known", "Outlook", "forecast"]
