"""The plot of the capacity model: how full each resource is at every yearly volume."""

from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from matplotlib.ticker import FuncFormatter, MultipleLocator

from apps.common.figures import figure, percent
from apps.planning.selectors import CapacityAnswer
from apps.planning.words import RESOURCE
from apps.reports.plots import AMBER, BLUE, GREEN, INK, RED, canvas_of, png_of

MOST_SHOWN: Final = 2.0
"""Of what is fuller still the line leaves the picture."""

COLOURS: Final = (RED, BLUE, AMBER, GREEN, "#7c3aed", "#0891b2", INK)


def capacity_plot(answer: CapacityAnswer) -> bytes:
    """A PNG: share of each resource over TEU a year, to well beyond what was asked; full is the line at 100 %."""
    canvas, axes = canvas_of(3.4)
    asked = float(answer.teu_per_year)
    end = max(asked, float(answer.terminal.rated_teu_per_year)) * 1.35
    for use, colour in zip(answer.uses, COLOURS, strict=False):
        slope = float(use.utilisation) / asked
        axes.plot([0, end], [0, slope * end], color=colour, linewidth=1.6, label=str(RESOURCE[use.resource]))
    axes.axhline(1, color=INK, linewidth=1.0)
    for teu, word in _marks(answer):
        axes.axvline(teu, color=INK, linewidth=0.8, linestyle=":")
        axes.text(teu, 0.02, f" {word}", fontsize=6.5, color=INK, rotation=90, va="bottom", ha="right")
    share = float(answer.first.utilisation) if answer.first.utilisation.is_finite() else MOST_SHOWN
    axes.set_xlim(0, end)
    axes.set_ylim(0, min(max(1.15, share * 1.1), MOST_SHOWN))
    axes.yaxis.set_major_locator(MultipleLocator(0.25))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: percent(Decimal(str(round(value, 4))))))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: figure(value)))
    axes.set_xlabel(_("TEU a year"), color=INK, fontsize=8)
    axes.legend(fontsize=6.5, frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)  # clear of the lines
    return png_of(canvas)


def _marks(answer: CapacityAnswer) -> list[tuple[float, str]]:
    rated = (float(answer.terminal.rated_teu_per_year), _("rated"))
    asked = (float(answer.teu_per_year), _("asked"))
    return [rated] if rated[0] == asked[0] else [rated, asked]
