"""What owners were asked, and whether where it lies anybody works at all."""

from collections.abc import Callable, Collection
from datetime import datetime

OfficeOfAnOwner = tuple[int, str, str]
"""Terminal, owner and the office's code there."""

# Note [Offices out of service]
# Whether an office of an owner is switched off is known above this app: customs has its house. A box that waits there
# has to say so from the moment on at which it is switched off, by whatever hand. So nothing is stored with the
# question: whoever keeps offices says, when asked, which of them are out of service.
Asking = Callable[[Collection[OfficeOfAnOwner], datetime], Collection[OfficeOfAnOwner]]
_keepers: list[Asking] = []


def ask_of_offices(keeper: Asking) -> None:
    """From now on ``keeper`` is asked which of some offices are out of service. Once for each keeper."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def out_of_service(offices: Collection[OfficeOfAnOwner], at: datetime) -> frozenset[OfficeOfAnOwner]:
    """Those of the offices that are switched off at ``at``. See Note [Offices out of service]."""
    return frozenset(each for keeper in _keepers for each in keeper(offices, at))
