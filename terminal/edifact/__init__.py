"""EDIFACT: what is written in the messages of ships, terminals, hauliers and customs, and writing it.

Bytes become an interchange (``envelope``), its messages become facts of the terminal (``reading``), facts become bytes
(``writing``). What was agreed with a partner is a ``Profile``.
"""
