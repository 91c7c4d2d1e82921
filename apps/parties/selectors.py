"""Questions about parties."""

from apps.common.bulk import Keys
from apps.parties.models import Party
from terminal.errors import Malformed, gettext_noop


class NoSuchParty(Malformed):
    """No company is known by that code."""

    message = gettext_noop("There is no party %(party)s here.")


def party_keys() -> Keys:
    """Every party by its code. A code that is not there raises ``NoSuchParty``."""
    return Keys(Party.objects.values_list("code", "pk"), lambda code: NoSuchParty(party=code))
