"""Which terminal is meant."""

from apps.network.models import Terminal
from terminal.errors import Malformed, gettext_noop


class WhichTerminal(Malformed):
    """No terminal of that code, or several and none named."""

    message = gettext_noop("Name one of the terminals in operation: %(known)s.")


def the_terminal(code: str | None = None) -> Terminal:
    """The terminal in operation of that code; without a code the only one there is. Raises ``WhichTerminal``."""
    running = Terminal.objects.filter(active=True)
    found = list(running.filter(code=code) if code else running[:2])
    if len(found) != 1:
        raise WhichTerminal(known=", ".join(running.order_by("code").values_list("code", flat=True)) or "—")
    return found[0]
