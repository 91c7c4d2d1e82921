"""Visits as those who reported them know them."""

from apps.common.bulk import known_as


def join_reported_visits(reference: str) -> str:
    """SQL that joins the ``visit`` and its ``box`` a source reported under ``reference`` (SQL too), where there is one.

    The statement's parameters name the ``terminal`` and the ``source``.
    """
    return f"""
    LEFT JOIN containers_visit visit ON {known_as("visit", reference)}
    LEFT JOIN containers_container box ON box.id = visit.container_id
    """
