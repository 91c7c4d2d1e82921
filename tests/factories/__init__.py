"""Rows for tests: one module per app. The people and places are fixed; only numbers count up."""
