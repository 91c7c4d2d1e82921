"""Published trade in words: what its figures are called, and why some cannot be true together."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.figures import figure
from terminal.trade import Contradiction, Doubt

FIGURES: Final = {
    "turnover": gettext_lazy("turnover"),
    "exports": gettext_lazy("exports"),
    "imports": gettext_lazy("imports"),
    "turnover_change": gettext_lazy("turnover, change in %"),
    "exports_change": gettext_lazy("exports, change in %"),
    "imports_change": gettext_lazy("imports, change in %"),
    "exports_share": gettext_lazy("share of all exports, %"),
    "imports_share": gettext_lazy("share of all imports, %"),
}


def doubt_in_words(doubt: Contradiction) -> str:
    """Why the figures cannot be true together, for people."""
    facts = {
        "figure": FIGURES[doubt.figure],
        "source": doubt.source,
        "said": figure(doubt.said, 1),
        "other": figure(doubt.other, 1),
        "elsewhere": doubt.other_source,
    }
    if doubt.doubt is Doubt.SUM:
        return _("%(source)s: %(figure)s is %(said)s, exports and imports come to %(other)s.") % facts
    if doubt.doubt is Doubt.CHANGE:
        return _("%(source)s: %(figure)s is %(said)s; from exports and imports follows %(other)s.") % facts
    return _("%(figure)s: %(source)s says %(said)s, %(elsewhere)s says %(other)s.") % facts
