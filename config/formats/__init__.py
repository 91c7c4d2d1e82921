"""Formats of our own over Django's, by language."""
