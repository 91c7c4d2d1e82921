"""Customs in plain Python: clocks, what falls to whom, how much work it is, how closely it is looked at, its word."""
