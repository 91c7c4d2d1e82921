"""A partner's row that is held while an interchange is taken or written, and its control references.

# Note [One interchange at a time]
Interchanges of a partner follow each other, whatever door they come by: who takes or writes one holds the partner's
feed until the transaction ends, and takes that lock before any other. So the same interchange twice at once is taken
once, later messages see what earlier ones did, and control references have no gaps: a number that was not committed
is given again.
"""

from apps.edi.models import Feed, Partner


def hold(partner: Partner) -> Feed:
    """The partner's feed, locked until the transaction ends. See the Note above."""
    Feed.objects.get_or_create(partner=partner)
    return Feed.objects.select_for_update().get(partner=partner)


def next_reference(feed: Feed) -> str:
    """The next control reference of what we write to the partner; the feed is held."""
    feed.last_reference += 1
    Feed.objects.filter(pk=feed.pk).update(last_reference=feed.last_reference)
    return str(feed.last_reference)
