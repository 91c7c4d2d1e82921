"""Whose rows a page shows: those of the terminals at which the reader's roles say so, in those terminals' time."""

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin


def terminals_with(user: Any, right: str) -> set[int] | None:
    """The terminals at which the user's staff roles include the right (``app.codename``). None: all of them.

    One query a request, whatever is asked.
    """
    if user.is_superuser and user.is_active:
        return None
    return _rights(user).get(right, set())


def site_zone(user: Any) -> ZoneInfo | None:
    """The zone of the one terminal the user serves; None where they serve none or several."""
    _rights(user)
    zones = user._zones
    return ZoneInfo(next(iter(zones))) if len(zones) == 1 else None


def _rights(user: Any) -> dict[str, set[int]]:
    if not hasattr(user, "_rights_by_terminal"):
        where = ("terminal_id", "terminal__zone_name")
        what = ("role__permissions__content_type__app_label", "role__permissions__codename")
        found: dict[str, set[int]] = defaultdict(set)
        rows = list(user.memberships.in_force().filter(party=None).values_list(*where, *what))
        for terminal, _zone, app, codename in rows:
            found[f"{app}.{codename}"].add(terminal)
        user._rights_by_terminal = dict(found)
        user._zones = {zone for _terminal, zone, *_right in rows}
    rights: dict[str, set[int]] = user._rights_by_terminal
    return rights


class TerminalScoped(ModelAdmin):
    """Shows only rows of the terminals at which the reader may see them.

    ``terminal_path``: the lookup from row to terminal, or None for rows that belong to no terminal. Times on a row's
    page are the site's; in a list they are the site's when the reader serves one site, else the reader's own.
    ``filled_in_by``: the right that whoever fills in the form has: of rows that are made and never changed, ``add``.
    """

    terminal_path: str | None = "terminal"
    filled_in_by: str = "change"
    list_per_page = 50
    show_full_result_count = False
    list_fullwidth = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        if isinstance(self.list_select_related, list | tuple):
            rows = rows.select_related(*self.list_select_related)
        seen = self._terminals(request, "view")
        if self.terminal_path is None or seen is None:
            return rows
        return rows.filter(**{f"{self.terminal_path}__in": seen | (self._terminals(request, "change") or set())})

    def terminal_of(self, row: Model) -> Any:
        """The terminal a row belongs to, or its number where the row only knows that; None where it has none."""
        found: Any = row
        for step in (self.terminal_path or "").split("__"):
            found = getattr(found, step, None) if step not in ("", "pk") else found
        return found if self.terminal_path else None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self._here(request, obj, "view", "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._here(request, obj, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._here(request, obj, "delete")

    def _here(self, request: HttpRequest, obj: Any, *verbs: str) -> bool:
        if obj is None or self.terminal_path is None:
            return True
        terminal = self.terminal_of(obj)
        allowed = [self._terminals(request, verb) for verb in verbs]
        return any(each is None or getattr(terminal, "pk", terminal) in each for each in allowed)

    def _terminals(self, request: HttpRequest, verb: str) -> set[int] | None:
        opts = self.model._meta
        return terminals_with(request.user, f"{opts.app_label}.{verb}_{opts.model_name}")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only terminals, and rows of terminals, that the user serves in this matter."""
        path = self._path_of(db_field.related_model)
        served = self._terminals(request, self.filled_in_by)
        if path and served is not None and "queryset" not in kwargs:
            choices = db_field.related_model._default_manager.filter(**{f"{path}__in": served})
            kwargs["queryset"] = choices
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _path_of(self, model: Any) -> str | None:
        page = self.admin_site._registry.get(model)
        return page.terminal_path if isinstance(page, TerminalScoped) else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if zone := site_zone(request.user):
            timezone.activate(zone)
        answer: HttpResponse = super().changelist_view(request, extra_context)
        return answer

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, if the reader may know of it, read once a request. The page speaks the site's time from here on."""
        read: dict[Any, Any] = request.__dict__.setdefault("_rows_read", {})
        key = (self.model, str(object_id), from_field)
        if key not in read:
            read[key] = super().get_object(request, object_id, from_field)
        if read[key] is not None:
            self.speak_site_time(read[key])
        return read[key]

    def speak_site_time(self, row: Model) -> None:
        """Show and read times in the zone of the row's terminal until the request ends."""
        zone = getattr(self.terminal_of(row), "zone", None)
        if isinstance(zone, ZoneInfo):
            timezone.activate(zone)
