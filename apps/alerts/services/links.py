"""Links in mails: to pages of the admin, and the signed one by which a reader acknowledges without signing in."""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

from apps.alerts.models import PARTS, Alert
from apps.parties.models import User
from terminal.errors import Refused, gettext_noop

SALT: Final = "alerts.acknowledge"
LASTS: Final = timedelta(days=3)


class LinkHasExpired(Refused):
    """A link that is too old."""

    kind = "forbidden"
    message = gettext_noop("This link was good for three days. Open the alert instead.")


class NoSuchLink(Refused):
    """A link that nobody was sent, or whose reader or alert is not there any more."""

    kind = "absent"
    message = gettext_noop("This link leads nowhere.")


def from_outside(path: str) -> str:
    """The address of a page, from outside."""
    return str(settings.SITE_URL).rstrip("/") + path


def admin_link(view: str, *args: Any) -> str:
    """The address of an admin page, from outside."""
    return from_outside(reverse(f"admin:{view}", args=args))


def acknowledge_link(alert: Alert, user: User) -> str:
    """Where one reader acknowledges one alert, for three days, whether signed in or not."""
    token = signing.dumps([str(alert.public_id), user.pk], salt=SALT)
    return from_outside(reverse("alerts:acknowledge", args=[token]))


def read_link(token: str) -> tuple[Alert, User]:
    """The alert and the reader of a link. Raises ``LinkHasExpired`` and ``NoSuchLink``."""
    try:
        public_id, user_id = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.SignatureExpired as old:
        raise LinkHasExpired from old
    except (signing.BadSignature, ValueError, TypeError) as wrong:
        raise NoSuchLink from wrong
    of_alert = Alert.objects.select_related("rule__terminal", "acknowledged_by", *(f"rule__{part}" for part in PARTS))
    alert, user = of_alert.filter(public_id=public_id).first(), User.objects.filter(pk=user_id, is_active=True).first()
    if alert is None or user is None:
        raise NoSuchLink
    return alert, user
