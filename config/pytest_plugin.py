"""Loaded by pytest before Django's settings are read: the suite gets servers of its own (`python -m pytest`)."""

from config.environment import prepare

prepare(tests=True)
