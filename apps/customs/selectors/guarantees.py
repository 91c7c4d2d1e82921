"""Questions about guarantees."""

from django.db.models import F, Prefetch, QuerySet

from apps.customs.models import Guarantee, GuaranteeCharge
from apps.network.models import Terminal
from apps.parties.models import Party


def guarantees_of(party: Party, terminal: Terminal) -> QuerySet[Guarantee]:
    """What the party has put up here, with what stands on it now and how much is free (``free_minor``)."""
    standing = GuaranteeCharge.objects.filter(freed_at=None).select_related("declaration").order_by("pk")
    own = Guarantee.objects.filter(party=party, terminal=terminal)
    free = own.annotate(free_minor=F("amount_minor") - F("taken_minor"))
    return free.prefetch_related(Prefetch("charges", standing, to_attr="standing"))
