"""Customs: its offices and officers, and the declarations they decide."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Direction, Regime


class Office(Row):
    """An office of the customs house. ``illustrative``: its name is ours, the public record does not give it."""

    class Kind(models.TextChoices):
        SECTION = "section", _("section office")
        FUNCTIONAL = "functional", _("functional office")
        BRANCH = "branch", _("anti-smuggling branch")
        ANTI_SMUGGLING = "anti_smuggling", _("anti-smuggling office")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="offices", verbose_name=_("belongs to")
    )
    illustrative = models.BooleanField(_("illustrative name"), default=False)
    clears = models.BooleanField(_("takes declarations"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("customs office")
        verbose_name_plural = _("customs offices")
        ordering = ["terminal_id", "code"]
        constraints = [models.UniqueConstraint(fields=["terminal", "code"], name="an_office_code_is_unique")]

    def __str__(self) -> str:
        return self.name


class Officer(models.Model):
    """A user who decides for an office. No row: no say in that office's declarations."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offices", verbose_name=_("user")
    )
    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="officers", verbose_name=_("office"))

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        constraints = [models.UniqueConstraint(fields=["user", "office"], name="an_officer_is_named_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.office}"


class Declaration(Row):
    """What a declarant tells customs about boxes, and what customs makes of it.

    ``released`` is the only status that lets a box go; the release writes a permission for each of the visits.
    ``release_valid_until`` empty: the release does not run out. ``release_revoked_at`` set: customs took it back, and
    its permissions with it.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="declarations", verbose_name=_("office"))
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime))
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction))
    declarant = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="declarations", verbose_name=_("declarant")
    )
    broker = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("customs broker")
    )
    visits = models.ManyToManyField(
        Visit, through="DeclaredContainer", related_name="declarations", verbose_name=_("containers")
    )
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    goods = models.CharField(_("goods"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=20, choices=choices(DeclarationStatus), default=DeclarationStatus.DRAFT.value
    )
    channel = models.CharField(_("channel"), max_length=6, choices=choices(Channel), blank=True)
    drafted_at = models.DateTimeField(_("drafted"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    status_since = models.DateTimeField(_("status since"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    release_valid_until = models.DateTimeField(_("release valid until"), null=True, blank=True)
    release_revoked_at = models.DateTimeField(_("release revoked"), null=True, blank=True)
    reason = models.CharField(_("reason of the query or rejection"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        constraints = [
            one_of("status", DeclarationStatus, "declaration_status_is_known"),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False)
                | (~Q(status="released") & Q(released_at__isnull=True)),
                name="a_released_declaration_says_when",
            ),
        ]
        indexes = [models.Index(fields=["office", "status", "submitted_at"], name="declarations_by_office")]

    def __str__(self) -> str:
        return self.number


class DeclaredContainer(models.Model):
    """A visit that a declaration covers."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="containers")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="declared", verbose_name=_("container"))

    class Meta:
        verbose_name = _("declared container")
        verbose_name_plural = _("declared containers")
        constraints = [
            models.UniqueConstraint(fields=["declaration", "visit"], name="a_box_is_declared_once_a_document")
        ]

    def __str__(self) -> str:
        return str(self.visit)
