"""What the page of a month asks."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terminal.kpis import FIRST_DAY, Span, month_of

MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class MonthForm(forms.Form):
    """A month as 2026-05; left empty, the one that runs. What else is written is refused, never taken for another."""

    month = forms.CharField(
        label=gettext_lazy("Month"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "2026-05", "size": 9, "autocomplete": "off"}),
    )

    def __init__(self, today: date, asked: Mapping[str, Any]) -> None:
        super().__init__({"month": f"{today:%Y-%m}"} | {name: asked[name] for name in ("month",) if asked.get(name)})
        self.today = today

    def clean_month(self) -> Span:
        """The days of the month."""
        said: str = self.cleaned_data["month"]
        written = MONTH.fullmatch(said)
        if written is None or int(written[1]) < 1:
            raise forms.ValidationError(_("This is no month. Write it as 2026-05."))
        first = date(int(written[1]), int(written[2]), 1)
        if first < FIRST_DAY:
            raise forms.ValidationError(_("Nothing was counted before %(year)d.") % {"year": FIRST_DAY.year})
        if first > self.today:
            raise forms.ValidationError(_("This month has not begun."))
        return month_of(first)
