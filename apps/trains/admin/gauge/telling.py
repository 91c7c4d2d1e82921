"""What a reader sent of the boxes on the page where the gauge changes, and the rows it is shown in again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.containers.models import Seal
from apps.containers.selectors import worn
from apps.trains import services
from apps.trains.admin.gauge.seeing import PaperForm, SeenForm
from apps.trains.models import TrainVisit, WagonLoad

NOT_TICKED = _("Something is said of this box, but it is not ticked: tick it, or take back what is said.")


@dataclass
class Row:
    """A box as the page shows it: where it goes, the seals the books have, whether it is ticked, what is said of it."""

    move: services.Move
    seals: str
    ticked: bool
    form: SeenForm

    @property
    def told(self) -> bool:
        """Whether anything is said of it, so that the reader is to see it."""
        return self.form.is_bound and (self.form.has_changed() or not self.form.is_valid())


class Told:
    """What was sent of the boxes of a train: which are ticked, what was seen of each, one note for all others.

    Nothing at all where the page is only asked for. Boxes whose part of the page was never opened are not sent.
    """

    def __init__(self, request: HttpRequest, train: TrainVisit) -> None:
        self.train, self.sent, self.asked_only = train, request.POST, request.method != "POST"
        self.today = timezone.now().astimezone(train.call.terminal.zone).date()
        self.ticked = request.POST.getlist("move")
        self.papers = PaperForm(None if self.asked_only else self.sent, prefix="all", today=self.today)

    @cached_property
    def loads(self) -> dict[int, WagonLoad]:
        """The train's boxes."""
        loads = WagonLoad.objects.filter(wagon__train=self.train, leg=WagonLoad.Leg.ARRIVING)
        return loads.select_related("wagon", "visit__container").in_bulk()

    @cached_property
    def forms(self) -> dict[int, SeenForm]:
        """What was sent of each box, by its load."""
        going = {each.partition(":")[0] for each in self.ticked}
        forms = {pk: self._form(pk) for pk in self.loads if self._was_sent(pk)}
        for pk, form in forms.items():
            if str(pk) not in going and form.has_changed():
                form.add_error(None, NOT_TICKED)
        return forms

    def wrong(self) -> list[str]:
        """What cannot be taken as it was sent: boxes, and the note for all."""
        boxes = [self.loads[pk].visit.container.number for pk, form in self.forms.items() if not form.is_valid()]
        return [*([] if self.papers.is_valid() else [str(self.papers["kind"].label)]), *boxes]

    def seen(self, load: int) -> services.Seen:
        """What was seen of a box, where nothing is ``wrong``."""
        seen = self.forms[load].seen if load in self.forms else services.Seen()
        return replace(seen, note=seen.note or self.papers.note)

    def rows(self, moves: Iterable[services.Move]) -> list[Row]:
        """The moves as the page shows them: all ticked at first, later those that were."""
        shown = list(moves)
        seals = worn([each.load.visit for each in shown])
        return [self._row(each, seals[each.load.visit_id]) for each in shown]

    def _row(self, move: services.Move, books: list[Seal]) -> Row:
        seals = " ".join(seal.number for seal in books)
        ticked = self.asked_only or any(each.partition(":")[0] == str(move.load.pk) for each in self.ticked)
        return Row(move, seals, ticked, self.forms.get(move.load.pk) or self._form(move.load.pk, seals))

    def _was_sent(self, load: int) -> bool:
        return f"{load}-found" in self.sent

    def _form(self, load: int, seals: str = "") -> SeenForm:
        sent = self.sent if self._was_sent(load) else None
        return SeenForm(sent, prefix=str(load), today=self.today, initial={"found": seals, "goes_on": seals})
