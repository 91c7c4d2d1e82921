"""What every page is told."""

from django.conf import settings
from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, bool]:
    """Whether this is the demo, so that every page says it."""
    return {"is_demo": settings.DEMO, "has_mailbox": bool(settings.MAILBOX_DIR)}
