"""Papers of a visit: files kept with it, each by its name."""

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import row_action
from apps.common.attachments import keep
from apps.common.models import Attachment
from apps.containers.models import Visit
from apps.parties.actors import Actor

KIND = "containers.visit"


class PaperForm(forms.Form):
    """A file that belongs to the visit."""

    paper = forms.FileField(label=_("File"))


class Papers:
    """Mixin for the visit's page: its papers, and a button that adds one."""

    @display(description=_("Papers"))
    def papers(self, visit: Visit) -> str:
        """Links to the files kept with the visit, the newest first."""
        kept = Attachment.objects.filter(subject_kind=KIND, subject_id=visit.pk).order_by("-added_at", "-pk")
        rows = [
            (reverse("attachment", args=[each.public_id]), each.name, timezone.localtime(each.added_at), each.added_by)
            for each in kept
        ]
        told = ((to, name, f"{at:%Y-%m-%d %H:%M}", by) for to, name, at, by in rows)
        line = '<li><a class="text-primary-600 font-medium" href="{}">{}</a> <span class="text-xs">{}, {}</span></li>'
        return format_html("<ul>{}</ul>", format_html_join("", line, told)) if rows else "–"

    @row_action(_("Keep a paper …"), right="containers.change_visit", form=PaperForm)
    def keep_paper(self, visit: Visit, *, by: Actor, at: datetime, paper: Any) -> None:
        paper.seek(0)
        keep(paper, name=paper.name, by=by, terminal=visit.terminal, subject=visit)
