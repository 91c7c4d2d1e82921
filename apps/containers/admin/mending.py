"""What was entered wrongly: a movement taken back, a wrong number joined to the right one."""

from datetime import datetime
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.admin import row_action
from apps.containers import services
from apps.containers.admin.stops import WhyForm
from apps.containers.models import Visit
from apps.containers.selectors import latest_movement
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.errors import Refused, gettext_noop
from terminal.lifecycle import VISIT, VisitState

RETRACT: Final = "containers.retract_movement"
JOIN: Final = "containers.join_visit"


class NothingMovedIt(Refused):
    """There is no movement to take back."""

    message = gettext_noop("No movement of %(number)s stands that could be taken back.")


class JoinForm(WhyForm):
    """The number the box really has, and whose advice it came on."""

    number = forms.CharField(label=_("Right number"), max_length=20)
    party = forms.ModelChoiceField(
        label=_("Party"),
        queryset=Party.objects.filter(active=True).order_by("name"),
        required=False,
        help_text=_("Whose advice it came on, where neither its call nor a reference tells."),
    )


def has_moved(visit: Visit) -> bool:
    """Whether it came: then there is a movement."""
    return visit.state in (VisitState.ACTIVE, VisitState.DEPARTED)


class Mending:
    """Mixin for the visit's page: the buttons that put right what was entered wrongly."""

    @row_action(_("Take back the last movement …"), right=RETRACT, form=WhyForm, when=has_moved)
    def take_back(self, visit: Visit, *, by: Actor, at: datetime, reason: str) -> None:
        latest = latest_movement(visit)
        if latest is None:
            raise NothingMovedIt(number=visit.container.number)
        services.retract(latest.public_id, reason=reason, by=by, at=at)

    @row_action(
        _("Join to the right number …"),
        right=JOIN,
        form=JoinForm,
        when=lambda visit: not VISIT.is_final(visit.state),
    )
    def join_number(
        self, visit: Visit, *, by: Actor, at: datetime, number: str, reason: str, party: Party | None
    ) -> None:
        services.join_number(visit, number, reason=reason, party=party, by=by, at=at)
