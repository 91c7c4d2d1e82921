"""Who reads the files of the anti-smuggling branch: its officers, and nobody else."""

from typing import Any

from django.db.models import QuerySet

from apps.common.models import Attachment
from apps.customs.models import Case, Office, Officer
from apps.parties.models import User

BRANCH = [Office.Kind.BRANCH.value, Office.Kind.ANTI_SMUGGLING.value]


def cases_of(user: User) -> QuerySet[Case]:
    """The cases a person may read: of the terminals at whose branch, or an office of it, they are officers.

    Being a superuser, a manager or an officer of another office is not enough.
    """
    serving = Officer.objects.filter(user=user, office__kind__in=BRANCH, user__is_active=True)
    return Case.objects.filter(terminal__in=serving.exclude(role=Officer.Role.INSPECTOR).values("office__terminal"))


def may_see_file(kept: Attachment, by: Any) -> bool:
    """Whether the actor may have a file of a case."""
    number = kept.subject_id
    return by.user is not None and number is not None and cases_of(by.user).filter(pk=number).exists()
