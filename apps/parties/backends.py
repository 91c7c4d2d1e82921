"""Django's question "has this user the permission?", answered from the role matrix."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from apps.parties.actors import rights
from apps.parties.models import User


class RoleBackend(ModelBackend):
    """Signs people in by password; what they may do comes from their memberships, at any terminal they serve.

    Which terminal a row belongs to is checked where the row is shown (``apps.common.admin``) and by the services.
    """

    def get_all_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None) -> set[str]:
        """Every right of the user, once per request."""
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj, None)
        known: set[str] | None = getattr(user_obj, "_role_rights", None)
        if known is None:
            known = rights(user_obj)
            user_obj._role_rights = known  # type: ignore[attr-defined]
        return known

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        """Whether one of the user's roles includes it; rows are not asked about here."""
        return perm in self.get_all_permissions(user_obj)
