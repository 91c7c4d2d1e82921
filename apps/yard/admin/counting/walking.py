"""The page of somebody who walks along a block with a phone: stack after stack, what is booked from the top down."""

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.words import sentence
from apps.parties.actors import Actor
from apps.yard.models import Count
from apps.yard.selectors import StackSeen, stacks_of
from apps.yard.services import counting
from apps.yard.services.counting import Seen
from terminal.errors import Refused
from terminal.identifiers.text import compact

RIGHT: Final = "yard.change_standing"


class Walking:
    """Mixin for the page of counts: the walk beside it. Put it before the admin base."""

    def get_urls(self) -> Any:
        """The walk of a count."""
        page: Any = self
        view = page.admin_site.admin_view(self.walk_view)
        return [path("<int:pk>/walk/", view, name="yard_count_walk"), *super().get_urls()]  # type: ignore[misc]

    def walk_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One stack after the other. What was noted leads on to the next; what was refused is told and stays."""
        count = self._count(request, pk)
        stacks = stacks_of(count)
        asked = _asked(request, stacks)
        typed: dict[str, str] = {}
        if request.method == "POST":
            try:
                return HttpResponseRedirect(_answer(request, count, stacks, asked))
            except Refused as refusal:
                messages.error(request, sentence(refusal.message, refusal.facts))
                typed = request.POST.dict()
        return TemplateResponse(request, "yard/count_phone.html", _told(count, stacks, asked, typed))

    def _count(self, request: HttpRequest, pk: int) -> Count:
        page: Any = self
        count: Count | None = page.get_object(request, str(pk))
        if count is None:
            raise Http404
        try:
            request.actor.require(RIGHT, count.terminal)  # type: ignore[attr-defined]
        except Refused as refusal:
            raise PermissionDenied from refusal
        timezone.activate(count.terminal.zone)
        return count


def _asked(request: HttpRequest, stacks: list[StackSeen]) -> StackSeen | None:
    """The stack the address names, else the first nobody looked at; None when all are done."""
    named = request.GET.get("stack", "")
    here = next((each for each in stacks if _name(each) == named), None)
    return here or next((each for each in stacks if not each.looked_at), None)


def _answer(request: HttpRequest, count: Count, stacks: list[StackSeen], stack: StackSeen | None) -> str:
    """Do what the button says; where to go on."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    do, at = request.POST.get("do", ""), timezone.now()
    here = reverse("admin:yard_count_walk", args=[count.pk])
    if do == "close":
        return _close(request, count, by=by, at=at)
    if stack is not None and do in ("as_booked", "empty", "read"):
        read = {"as_booked": stack.own, "empty": {}}.get(do)
        seen = _read(request, count, stack) if read is None else read
        counting.note_seen(count, _whole_stack(count, stack, seen), by=by, at=at)
        ahead = stacks[stacks.index(stack) + 1 :]
        after = next((each for each in ahead if not each.looked_at), None)
        return f"{here}?stack={_name(after)}" if after else here
    return here


def _close(request: HttpRequest, count: Count, *, by: Actor, at: datetime) -> str:
    cases = counting.close_count(count, by=by, at=at)
    messages.success(request, _("The count of %(place)s is closed.") % {"place": count})
    if cases:
        return f"{reverse('admin:yard_discrepancy_changelist')}?count__id__exact={count.pk}"
    return reverse("admin:yard_count_changelist")


def _read(request: HttpRequest, count: Count, stack: StackSeen) -> dict[int, str]:
    """The numbers ticked or typed, by tier; a typed one before a ticked one."""
    said = {
        tier: compact(request.POST.get(f"n{tier}", "")) or request.POST.get(f"ok{tier}", "")
        for tier in range(1, count.block.tiers + 1)
    }
    return {tier: number for tier, number in said.items() if number}


def _whole_stack(count: Count, stack: StackSeen, numbers: dict[int, str]) -> list[Seen]:
    """Every cell of the stack as it was seen, so that what was noted before is overwritten."""
    return [
        Seen(stack.bay, stack.row, tier, numbers.get(tier, ""))
        for tier in range(1, count.block.tiers + 1)
        if tier in numbers or tier not in stack.booked or not stack.booked[tier].reaches
    ]


def _name(stack: StackSeen) -> str:
    return f"{stack.bay}-{stack.row}"


def _told(count: Count, stacks: list[StackSeen], stack: StackSeen | None, typed: dict[str, str]) -> dict[str, Any]:
    done = sum(each.looked_at for each in stacks)
    told = {"title": _("Count"), "count": count, "done": done, "all": len(stacks), "stack": stack}
    if stack is None:
        return told
    place = stacks.index(stack)
    return {
        **told,
        "cell": f"{count.block.code}-{stack.bay:02d}-{stack.row:02d}",
        "tiers": [_tier(stack, tier, typed) for tier in range(count.block.tiers, 0, -1)],
        "before": _name(stacks[place - 1]) if place else "",
        "after": _name(stacks[place + 1]) if place + 1 < len(stacks) else "",
    }


def _tier(stack: StackSeen, tier: int, typed: dict[str, str]) -> dict[str, Any]:
    """One cell: what is booked, whether it was seen so, and what else was read."""
    booked = stack.booked.get(tier)
    number = booked.number if booked else ""
    read = stack.read.get(tier, "")
    return {
        "tier": tier,
        "booked": booked,
        "ticked": bool(number) and (typed.get(f"ok{tier}") == number if typed else read == number),
        "typed": typed.get(f"n{tier}", "") if typed else (read if read != number else ""),
    }
