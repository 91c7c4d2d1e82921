"""Which terminal is meant."""

from apps.network.models import Terminal
from terminal.errors import Malformed, gettext_noop


class WhichTerminal(Malformed):
    """No terminal of that code, or none at all."""

    message = gettext_noop("Name one of the terminals in operation: %(known)s.")


def the_terminal(code: str | None = None) -> Terminal:
    """The terminal in operation of that code; without a code the site's first. Raises ``WhichTerminal``."""
    running = Terminal.objects.filter(active=True).order_by("pk")
    found = (running.filter(code=code) if code else running.in_earnest()).first()
    if found is None:
        raise WhichTerminal(known=", ".join(running.order_by("code").values_list("code", flat=True)) or "—")
    return found
