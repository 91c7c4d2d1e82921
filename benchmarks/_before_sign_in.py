"""The product as it is served, for a program that has been let in already: what the feed costs before authentication.

No key is read and no role of a party taken: the question alone, by the same lane and statement.
The first request of each host goes the long way and does need its key.
"""

# isort: off
from config.wsgi import long_way  # makes Django ready for all below

# isort: on
import os
from typing import Any, Final

from django.utils import timezone

from apps.common.api.renderers import dumps
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.api.authentication import Caller
from apps.parties.api.short_way import Asking, Lane, ShortWay, SignedIn, Told
from apps.parties.models import Party
from apps.tracking.api.short_way import EVENTS
from apps.tracking.selectors import events_of, question_about

LET_IN: Final = SignedIn(
    Caller(
        Actor.itself("benchmark"),
        Party.objects.get(code=os.environ["BENCH_PARTY"]),
        Terminal.objects.get(pk=os.environ["BENCH_TERMINAL"]),
        frozenset({"read"}),
        "key:benchmark",
        0,
    )
)


def _events(asking: Asking) -> Told:
    caller = asking.who.caller
    number = asking.address.group(1)
    who: Any = {"party": caller.party, "terminal": caller.terminal}
    page = events_of(number, **who, at=timezone.now())
    return Told(None, page and dumps(page.document(question_about(number, **who))))


application = ShortWay(long_way, [Lane(EVENTS.address, "read", _events)], sign_in=lambda _header: LET_IN)
