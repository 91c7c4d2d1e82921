"""Questions about declarations: whose they are."""

from django.db.models import Q, QuerySet

from apps.customs.models import Declaration
from apps.network.models import Terminal
from apps.parties.models import Party


def declarations_of(party: Party, terminal: Terminal) -> QuerySet[Declaration]:
    """What the party declared here itself or as somebody's broker."""
    own = Q(declarant=party) | Q(broker=party)
    return (
        Declaration.objects.filter(own, terminal=terminal)
        .select_related("office")
        .prefetch_related("visits__container")
    )
