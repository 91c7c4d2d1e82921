"""The people who work here, the companies they work for, and what each may do."""

from typing import Any, Final, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Permission
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication
from rest_framework_api_key.models import AbstractAPIKey

from apps.common.models import Row
from apps.network.models import Terminal, require_zone


class User(AbstractUser):
    """A person who signs in. What they may do stands in their memberships, never on the user."""

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    zone_name = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai", validators=[require_zone])

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]


OWNERS_ONLY: Final = frozenset({"work"})
"""Scopes only programs of the terminal's owners can have: their machines carry orders out in the terminal's name."""


class PartyManager(models.Manager["Party"]):
    def get_by_natural_key(self, code: str) -> "Party":
        return self.get(code=code)


class Party(Row):
    """A company the terminal deals with: shipper, consignee, forwarder, line, railway, haulier, broker, owner.

    What it is in one matter is said there (a visit's roles); ``kind`` is what it mostly is.
    """

    class Kind(models.TextChoices):
        SHIPPER = "shipper", _("shipper")
        CONSIGNEE = "consignee", _("consignee")
        FORWARDER = "forwarder", _("forwarder")
        LINE = "line", _("shipping line")
        RAILWAY = "railway", _("railway")
        HAULIER = "haulier", _("haulier")
        BROKER = "broker", _("customs broker")
        OWNER = "owner", _("owner of the joint venture")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    country = models.CharField(_("country"), max_length=2, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    active = models.BooleanField(_("active"), default=True)

    objects = PartyManager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Ownership(models.Model):
    """A party's share of a terminal. The owners receive the reports."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, verbose_name=_("party"))
    share_percent = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("ownership")
        verbose_name_plural = _("ownerships")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "party"], name="a_party_has_one_share"),
            models.CheckConstraint(
                condition=Q(share_percent__gt=0, share_percent__lte=100), name="share_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.share_percent} %"


class RoleManager(models.Manager["Role"]):
    def get_by_natural_key(self, code: str) -> "Role":
        return self.get(code=code)


class Role(models.Model):
    """One row of the role matrix: what a gate clerk, a yard planner, a customs officer … may see and do.

    ``of_authority``: the role acts for another authority (customs). The terminal's own administrators neither give it
    nor touch the accounts of those who hold it, or they could act in its name.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    permissions = models.ManyToManyField(Permission, verbose_name=_("permissions"), blank=True)
    of_authority = models.BooleanField(_("acts for another authority"), default=False)

    objects = RoleManager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> Self:
        """Memberships of active users at terminals in operation."""
        return self.filter(user__is_active=True, terminal__active=True)


class Membership(models.Model):
    """A user holds a role at a terminal; with a party, for that party only. No row: no rights there."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("role"))
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("party"))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "terminal", "party"], name="a_role_is_held_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.role} – {self.terminal}"


class Credential(models.Model):
    """What every credential of a program has. ``per_minute``: its requests; none: as the site gives, 0: no limit."""

    per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        help_text=_("Empty: as this site gives every program. 0: no limit."),
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        abstract = True


class ApiClient(Credential, AbstractApplication):
    """A shipper's program that signs in with OAuth2 client credentials. It acts for one party at one terminal.

    ``ends_at``: from then on it gets no token, and those it has are worth nothing; none: it does not end.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("party"))
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("terminal"))
    scopes = models.CharField(_("scopes"), max_length=200, default="read book advise")
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    class Meta(AbstractApplication.Meta):
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")

    def is_usable(self, request: Any) -> bool:
        """Whether it is given tokens."""
        return self.ends_at is None or self.ends_at > timezone.now()


class PartyKey(Credential, AbstractAPIKey):
    """An API key for the simplest clients. It acts for one party at one terminal; only its hash is kept."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="keys", verbose_name=_("party"))
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    scopes = models.CharField(_("scopes"), max_length=200, default="read book advise")

    class Meta(AbstractAPIKey.Meta):
        verbose_name = _("API key")  # type: ignore[assignment]
        verbose_name_plural = _("API keys")  # type: ignore[assignment]


class ApiAccess(models.Model):
    """A program of a party asked something: what, when, and how it was answered. Written once, forgotten after a while.

    ``credential``: ``key:`` and its prefix, or ``client:`` and its id. ``took_ms``: until the answer was made.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(_("public id"), unique=True)
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="accesses", verbose_name=_("party"))
    credential = models.CharField(_("credential"), max_length=160)
    at = models.DateTimeField(_("at"))
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("address"), max_length=300)
    status = models.PositiveSmallIntegerField(_("status"))
    took_ms = models.PositiveIntegerField(_("took, ms"))
    address = models.GenericIPAddressField(_("asked from"), null=True)

    class Meta:
        verbose_name = _("API request")
        verbose_name_plural = _("API requests")
        ordering = ["-public_id"]
        indexes = [
            models.Index(fields=["party", "terminal", "public_id"], name="api_requests_by_party"),
            BrinIndex(fields=["at"], name="api_requests_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status}"
