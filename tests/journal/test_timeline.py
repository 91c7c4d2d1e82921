"""What the journal remembers, as a page tells it."""

from django.utils import timezone, translation

from apps.journal.models import Entry
from apps.journal.timeline import lines


def told(**payload):
    at = timezone.now()
    return lines([Entry(kind="call-times-changed", happened_at=at, actor="terminal:test", payload=payload)])[0].details


def test_a_change_is_told_as_what_was_and_what_is():
    moved = {"from": "2026-05-04T02:00:00+00:00", "to": "2026-05-04T04:30:00+00:00"}
    with timezone.override("Asia/Shanghai"):
        assert told(estimated_arrival_at=moved)[0][1] == "2026-05-04 10:00 → 2026-05-04 12:30"
        assert told(estimated_arrival_at={**moved, "from": None})[0][1] == "– → 2026-05-04 12:30"


def test_the_names_within_a_fact_are_in_the_readers_language():
    with translation.override("ru"):
        assert told(boxes={"added": 2})[0][1] == "добавлено: 2"
