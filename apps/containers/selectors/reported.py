"""Visits as those who reported them know them."""

from apps.common.bulk import known_as


def join_reported_visits(reference: str) -> str:
    """SQL that joins the ``visit`` and its ``box`` a source reported under ``reference`` (SQL too), where there is one.

    The statement's parameters name the ``terminal`` and the ``source``.
    """
    return f"""
    LEFT JOIN LATERAL (SELECT * FROM containers_visit visit WHERE {known_as("visit", reference)} LIMIT 1) visit ON true
    LEFT JOIN LATERAL (SELECT * FROM containers_container box WHERE box.id = visit.container_id LIMIT 1) box ON true
    """
