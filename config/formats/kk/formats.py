"""How a moment is written where staff read it: short, sorted, by the 24-hour clock."""

DATETIME_FORMAT = "Y-m-d H:i"
TIME_FORMAT = "H:i"
