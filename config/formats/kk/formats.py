"""How a moment is written where staff read it: short, sorted, by the 24-hour clock."""

DATETIME_FORMAT = "Y-m-d H:i"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
SHORT_DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "H:i"
DATE_FORMAT = "Y жылғы j F"
YEAR_MONTH_FORMAT = "Y жылғы F"
