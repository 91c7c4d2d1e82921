"""A train's consist in JSON: wagons in order, the boxes on them, and what a consist that comes changes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api.fields import OneOfField, StrictSerializer, TextField
from apps.common.words import sentence
from apps.containers.models import Visit
from apps.containers.sheets import MOST_SEALS
from apps.trains.consist import MOST_WAGONS, WAGON_BAYS
from apps.trains.models import TrainVisit, Wagon, WagonLoad
from apps.trains.selectors.consists import ConsistComparison
from terminal.consists import Changed, Spot, StandingWagon
from terminal.errors import Refused
from terminal.identifiers import WagonScheme

SCHEMES = [scheme.value for scheme in WagonScheme]


class ConsistBoxIn(StrictSerializer):
    """A box on a wagon. ``position``: 1, or 2 for the second of two 20′ boxes."""

    position = serializers.IntegerField(min_value=1, max_value=WAGON_BAYS)
    container = serializers.CharField(max_length=20)
    size_type = serializers.CharField(max_length=10)
    laden = serializers.BooleanField()
    gross_kg = serializers.IntegerField(min_value=1, max_value=99_999, required=False, allow_null=True)
    destination = TextField(max_length=10, required=False, allow_blank=True, help_text=_("UN/LOCODE."))
    seals = serializers.ListField(child=TextField(max_length=30), max_length=MOST_SEALS, required=False)
    un_number = TextField(max_length=10, required=False, allow_blank=True)
    imdg_class = TextField(max_length=10, required=False, allow_blank=True)
    consignment_note = TextField(
        max_length=70,
        required=False,
        allow_blank=True,
        help_text=_("Its number: of an SMGS note, unless CIM or CIM/SMGS stands before it."),
    )


class ConsistWagonIn(StrictSerializer):
    """A wagon, and what stands on it; an empty wagon has no boxes."""

    scheme = OneOfField(choices=SCHEMES)
    number = serializers.CharField(max_length=20)
    wagon_type = TextField(max_length=20, required=False, allow_blank=True)
    tare_kg = serializers.IntegerField(min_value=0, max_value=99_999, required=False, allow_null=True)
    length_m = serializers.DecimalField(
        max_digits=5, decimal_places=3, required=False, allow_null=True, help_text=_("Metres, kept to the centimetre.")
    )
    boxes = serializers.ListField(child=ConsistBoxIn(), required=False, default=list, max_length=WAGON_BAYS)


class ConsistIn(StrictSerializer):
    """The whole train, wagon by wagon in their order."""

    wagons = serializers.ListField(child=ConsistWagonIn(), min_length=1, max_length=MOST_WAGONS)


class ConsistQuery(serializers.Serializer[Any]):
    """Whether the consist is only to be compared."""

    dry_run = serializers.BooleanField(
        required=False, default=False, help_text=_("true: answer what it would change, and change nothing.")
    )


class ConsistHazardOut(serializers.Serializer[Any]):
    """Dangerous goods."""

    un_number = serializers.CharField()
    imdg_class = serializers.CharField()


class ConsistBoxOut(serializers.Serializer[WagonLoad]):
    """A box that came with the train, and what is known of it. ``unannounced``: the consist alone told of it."""

    position = serializers.IntegerField(source="place")
    container = serializers.CharField(source="visit.container.number")
    visit = serializers.UUIDField(source="visit.public_id")
    size_type = serializers.CharField(source="visit.size_type")
    laden = serializers.BooleanField(source="visit.laden", allow_null=True)
    gross_kg = serializers.IntegerField(source="visit.gross_kg", allow_null=True)
    destination = serializers.CharField(source="visit.destination")
    seals = serializers.ListField(child=serializers.CharField())
    hazards = serializers.SerializerMethodField()
    unannounced = serializers.BooleanField(source="visit.unannounced")
    discharged_at = serializers.DateTimeField(source="done_at", allow_null=True)

    @extend_schema_field(ConsistHazardOut(many=True))
    def get_hazards(self, load: Any) -> list[dict[str, str]]:
        return [{"un_number": number, "imdg_class": imdg} for number, imdg in load.hazards]


class ConsistWagonOut(serializers.Serializer[Wagon]):
    """A wagon in its place in the train."""

    sequence = serializers.IntegerField()
    scheme = serializers.ChoiceField(choices=SCHEMES)
    number = serializers.CharField()
    wagon_type = serializers.CharField()
    tare_kg = serializers.IntegerField(allow_null=True)
    length_m = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    set_out_at = serializers.DateTimeField(allow_null=True)
    boxes = ConsistBoxOut(source="came", many=True)


class MissingOut(serializers.Serializer[Visit]):
    """A box that was announced to come with the train and is not in its consist."""

    container = serializers.CharField(source="container.number")
    visit = serializers.UUIDField(source="public_id")


class ConsistOut(serializers.Serializer[Any]):
    """What a train brings, as it stands now. ``received_at`` null: no consist has come."""

    train = serializers.UUIDField()
    train_number = serializers.CharField()
    received_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text=_("Rises with every change; also in the ETag."))
    wagons = ConsistWagonOut(many=True)
    missing = MissingOut(many=True)


class SpotOut(serializers.Serializer[Any]):
    """A place on a wagon."""

    scheme = serializers.ChoiceField(choices=SCHEMES)
    wagon = serializers.CharField()
    position = serializers.IntegerField()


class BoxAtOut(serializers.Serializer[Any]):
    """A box, and where it stands."""

    container = serializers.CharField()
    at = SpotOut()


class BoxMovedOut(serializers.Serializer[Any]):
    """A box on another wagon or place than before."""

    container = serializers.CharField()
    before = SpotOut()
    after = SpotOut()


class FactOut(serializers.Serializer[Any]):
    """A fact of which something else is said; both values as they would stand in a sheet."""

    name = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class BoxChangedOut(serializers.Serializer[Any]):
    """A box of which something else is said."""

    container = serializers.CharField()
    facts = FactOut(many=True)


class WagonAtOut(serializers.Serializer[Any]):
    """A wagon by its number, and its place in the train."""

    scheme = serializers.ChoiceField(choices=SCHEMES)
    number = serializers.CharField()
    sequence = serializers.IntegerField()


class WagonChangedOut(serializers.Serializer[Any]):
    """A wagon of which something else is said."""

    number = serializers.CharField()
    facts = FactOut(many=True)


class WagonMovedOut(serializers.Serializer[Any]):
    """A wagon that has left its turn among the others."""

    number = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class DoubtOut(serializers.Serializer[Any]):
    """Something strange that was taken in as it was reported."""

    code = serializers.CharField()
    detail = serializers.CharField()


class ConsistDifferenceOut(serializers.Serializer[Any]):
    """What a consist changes of a train, or has changed. ``settled``: boxes that are off and stay as they are."""

    train = serializers.UUIDField()
    train_number = serializers.CharField()
    dry_run = serializers.BooleanField()
    version = serializers.IntegerField(help_text=_("Of the train, after this."))
    nothing_changed = serializers.BooleanField()
    added = BoxAtOut(many=True)
    removed = BoxAtOut(many=True)
    moved = BoxMovedOut(many=True)
    changed = BoxChangedOut(many=True)
    same = serializers.IntegerField(help_text=_("Boxes that stay as they were."))
    settled = serializers.ListField(child=serializers.CharField())
    wagons_added = WagonAtOut(many=True)
    wagons_removed = WagonAtOut(many=True)
    wagons_changed = WagonChangedOut(many=True)
    wagons_kept = WagonAtOut(many=True)
    reordered = WagonMovedOut(many=True)
    unannounced = serializers.ListField(
        child=serializers.CharField(), help_text=_("Boxes nobody announced but the consist.")
    )
    missing = MissingOut(many=True)
    doubts = DoubtOut(many=True)


def difference_document(train: TrainVisit, compared: ConsistComparison, *, dry_run: bool) -> dict[str, Any]:
    """What a consist changes, as ``ConsistDifferenceOut`` describes it."""
    of = compared.difference
    return {
        "train": train.call.public_id,
        "train_number": train.call.number,
        "dry_run": dry_run,
        "version": train.version,
        "nothing_changed": of.nothing,
        "added": [{"container": box.number, "at": _spot(spot)} for spot, box in of.added],
        "removed": [{"container": box.number, "at": _spot(box.spot)} for box in of.removed],
        "moved": [
            {"container": box.number, "before": _spot(box.before), "after": _spot(box.after)} for box in of.moved
        ],
        "changed": [{"container": box.number, "facts": _facts(box)} for box in of.changed],
        "same": of.same,
        "settled": [box.number for box in of.settled],
        "wagons_added": [
            {"scheme": wagon.scheme.value, "number": wagon.number, "sequence": wagon.sequence}
            for wagon in of.wagons_added
        ],
        "wagons_removed": [_wagon(wagon) for wagon in of.wagons_removed],
        "wagons_changed": [{"number": wagon.number, "facts": _facts(wagon)} for wagon in of.wagons_changed],
        "wagons_kept": [_wagon(wagon) for wagon in of.wagons_kept],
        "reordered": [vars(wagon) for wagon in of.reordered],
        "unannounced": list(compared.unannounced),
        "missing": compared.missing,
        "doubts": [_doubt(doubt) for doubt in compared.doubts],
    }


def _spot(spot: Spot) -> dict[str, Any]:
    return {"scheme": spot.wagon[0], "wagon": spot.wagon[1], "position": spot.position}


def _wagon(wagon: StandingWagon) -> dict[str, Any]:
    return {"scheme": wagon.key[0], "number": wagon.number, "sequence": wagon.sequence}


def _facts(changed: Changed) -> list[dict[str, Any]]:
    return [{"name": name, "before": _cell(was), "after": _cell(now)} for name, (was, now) in changed.values.items()]


def _cell(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or None
    return None if value in (None, "") else str(value)


def _doubt(doubt: Refused) -> dict[str, str]:
    return {"code": doubt.code(), "detail": sentence(doubt.message, doubt.facts)}
