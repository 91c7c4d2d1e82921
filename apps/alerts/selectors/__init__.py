"""What capacity alerts and digests ask of the terminal."""

from apps.alerts.selectors.digest import Digest, digest_of
from apps.alerts.selectors.hints import Table, what_helps
from apps.alerts.selectors.readings import outlook, reading, recent

__all__ = ["Digest", "Table", "digest_of", "outlook", "reading", "recent", "what_helps"]
