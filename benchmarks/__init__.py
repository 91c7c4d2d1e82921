"""Measurements against floors taken in the same run. See ``make bench``."""
