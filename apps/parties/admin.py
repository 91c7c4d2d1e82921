"""People, companies, the role matrix, and the credentials of shippers' systems."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oauth2_provider.models import get_access_token_model, get_grant_model, get_id_token_model, get_refresh_token_model
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.common.admin import Acting, Configuration, ServiceOwned, row_action, terminals_with
from apps.network.models import Terminal
from apps.parties import services
from apps.parties.actors import Actor
from apps.parties.models import OWNERS_ONLY, ApiAccess, ApiClient, Membership, Ownership, Party, PartyKey, Role, User

TOKENS = (get_access_token_model(), get_grant_model(), get_id_token_model(), get_refresh_token_model())
for unwanted in (Group, ApiClient, *TOKENS):
    if admin.site.is_registered(unwanted):
        admin.site.unregister(unwanted)


class MembershipInline(TabularInline):
    """The roles a person holds, and where."""

    model = Membership
    extra = 0
    autocomplete_fields = ("party",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Only roles at terminals whose people the reader administers."""
        held: QuerySet[Membership] = super().get_queryset(request).select_related("role", "terminal", "party")
        where = terminals_with(request.user, "parties.change_user")
        return held if where is None else held.filter(terminal__in=where)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Roles are given at one's own terminals only, an authority's by superusers only."""
        if db_field.name == "role" and not request.user.is_superuser:
            kwargs["queryset"] = Role.objects.filter(of_authority=False)
        where = terminals_with(request.user, "parties.change_user")
        if db_field.name == "terminal" and where is not None:
            kwargs["queryset"] = Terminal.objects.filter(pk__in=where)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, Configuration):  # type: ignore[type-arg]
    """People who sign in."""

    terminal_path = None
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = (MembershipInline,)
    list_display = ("username", "first_name", "last_name", "language", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role", "memberships__terminal")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email", "language", "zone_name")}),
        (gettext_lazy("Access"), {"fields": ("is_active", "is_staff", "last_login", "date_joined")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers and an authority's people are changed by superusers only: with a new password one becomes them."""
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for changing."""
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    @staticmethod
    def _may_touch(request: HttpRequest, obj: User | None) -> bool:
        if obj is None or request.user.is_superuser:
            return True
        return not obj.is_superuser and not obj.memberships.filter(role__of_authority=True).exists()


class OwnershipInline(TabularInline):
    """Shares in terminals."""

    model = Ownership
    extra = 0


@admin.register(Party)
class PartyAdmin(Configuration):
    """Companies the terminal deals with."""

    terminal_path = None
    list_display = ("name", "code", "kind", "country", "active")
    list_filter = ("kind", "country", "active")
    search_fields = ("code__istartswith", "name__icontains")
    inlines = (OwnershipInline,)


@admin.register(Role)
class RoleAdmin(Configuration):
    """The role matrix."""

    terminal_path = None
    list_display = ("name", "code")
    autocomplete_fields = ()
    filter_horizontal = ("permissions",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only rights of our own apps, each with its app in one query."""
        ours = [app.label for app in apps.get_app_configs() if app.name.startswith("apps.")]
        rights = Permission.objects.filter(content_type__app_label__in=ours).select_related("content_type")
        kwargs["queryset"] = rights.order_by("content_type__app_label", "content_type__model", "codename")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class CredentialForm(forms.ModelForm[Any]):
    """What a program may do, for whom: what is the owners' is given to none but them."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        party, asked = data.get("party"), OWNERS_ONLY & set(data.get("scopes", "").split())
        if party is not None and asked and party.kind != Party.Kind.OWNER:
            told = _("Only a program of the terminal's owners may have the scope “%(scopes)s”.")
            self.add_error("scopes", told % {"scopes": ", ".join(sorted(asked))})
        return data


class EndForm(forms.Form):
    """Until when the old one serves beside the new one."""

    ends_at = forms.DateTimeField(
        label=gettext_lazy("The old one serves until"), initial=lambda: timezone.now() + timedelta(days=7)
    )


class AnsweredFilter(admin.SimpleListFilter):
    """How it was answered."""

    title = gettext_lazy("answered")
    parameter_name = "answered"
    BOUNDS: Final = {"well": (0, 400), "refused": (400, 500), "fault": (500, 600)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("well", _("well")), ("refused", _("refused (400 to 499)")), ("fault", _("our fault (500 and above)"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiAccess]) -> QuerySet[ApiAccess]:
        least, beyond = self.BOUNDS.get(self.value() or "", (0, 600))
        return queryset.filter(status__gte=least, status__lt=beyond)


@admin.register(PartyKey)
class PartyKeyAdmin(Acting, Configuration):
    """API keys. The key itself is shown once, when it is made; afterwards only its prefix is known."""

    form = CredentialForm
    list_display = (
        "prefix", "name", "party", "terminal", "scopes", "per_minute", "last_used_at", "expiry_date", "revoked",
    )  # fmt: skip
    list_filter = ("party", "revoked")
    fields = ("name", "party", "terminal", "scopes", "per_minute", "expiry_date", "revoked", "last_used_at")
    readonly_fields = ("last_used_at",)
    actions = ("replace",)

    def save_model(self, request: HttpRequest, obj: PartyKey, form: forms.ModelForm[PartyKey], change: bool) -> None:
        """Make the key at the first save and show it, once."""
        if change:
            obj.save()
            return
        key = PartyKey.objects.assign_key(obj)
        obj.save()
        messages.warning(request, _told(obj, key))

    @row_action(gettext_lazy("Replace …"), right="parties.change_partykey", form=EndForm)
    def replace(self, row: PartyKey, *, by: Actor, at: datetime, ends_at: datetime) -> str:
        return _told(*services.replace_key(row, ends_at=ends_at))


def _told(key: PartyKey, text: str) -> str:
    said = _("The API key for %(party)s is %(key)s – copy it now, it is not shown again.")
    return said % {"party": key.party, "key": text}


class ApiClientForm(CredentialForm):
    """Only what differs between clients: all of them use client credentials."""

    class Meta:
        model = ApiClient
        fields = ("name", "party", "terminal", "scopes", "per_minute", "ends_at")


@admin.register(ApiClient)
class ApiClientAdmin(Acting, Configuration):
    """OAuth2 clients of parties. The secret is shown once, when the client is made."""

    form = ApiClientForm
    list_display = ("name", "client_id", "party", "terminal", "scopes", "per_minute", "last_used_at", "ends_at")
    list_filter = ("party",)
    fields = ("name", "party", "terminal", "scopes", "per_minute", "ends_at", "last_used_at")
    readonly_fields = ("last_used_at",)
    actions = ("replace",)

    def save_model(self, request: HttpRequest, obj: ApiClient, form: forms.ModelForm[ApiClient], change: bool) -> None:
        """Fix what every client has in common, and show a new client's secret, once."""
        secret = "" if change else obj.client_secret
        obj.client_type = ApiClient.CLIENT_CONFIDENTIAL
        obj.authorization_grant_type = ApiClient.GRANT_CLIENT_CREDENTIALS
        obj.save()
        if not change:
            messages.warning(request, _told_of_client(obj, secret))

    @row_action(gettext_lazy("Replace …"), right="parties.change_apiclient", form=EndForm)
    def replace(self, row: ApiClient, *, by: Actor, at: datetime, ends_at: datetime) -> str:
        return _told_of_client(*services.replace_client(row, ends_at=ends_at))


def _told_of_client(client: ApiClient, secret: str) -> str:
    said = _("Client id %(id)s, secret %(secret)s – copy the secret now, it is not shown again.")
    return said % {"id": client.client_id, "secret": secret}


@admin.register(ApiAccess)
class ApiAccessAdmin(ServiceOwned):
    """What programs asked, the latest first."""

    list_display = ("moment", "party", "credential", "method", "path", "shown_status", "took_ms", "address")
    list_filter = ("party", "method", AnsweredFilter)
    search_fields = ("credential__startswith", "path__startswith")
    list_select_related = ("party", "terminal")
    show_full_result_count = False

    @display(description=gettext_lazy("at"), ordering="at")
    def moment(self, row: ApiAccess) -> str:
        """To the second, for programs ask often; in one line."""
        moment = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S")
        return format_html('<span class="whitespace-nowrap">{}</span>', moment)

    @display(
        description=gettext_lazy("Status"),
        ordering="status",
        label={"ok": "success", "refused": "warning", "fault": "danger"},
    )
    def shown_status(self, row: ApiAccess) -> tuple[str, str]:
        return "ok" if row.status < 400 else "refused" if row.status < 500 else "fault", str(row.status)
