"""What a container terminal is, in plain Python: no framework, no I/O, no clock."""
