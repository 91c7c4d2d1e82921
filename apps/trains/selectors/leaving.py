"""What stands between a train and its departure: read here, judged by ``terminal.departure``."""

from collections.abc import Iterable
from datetime import datetime

from apps.containers.models import Visit
from apps.containers.selectors import situations
from apps.trains.models import TrainVisit, WagonLoad
from apps.trains.selectors import loads_to_discharge
from apps.trains.selectors.loading import as_candidates, placed, plan_of, planned_loads, train_to_load
from terminal.departure import Aboard, Obstacle, OnWagon, TrainSituation, obstacles
from terminal.errors import Refused
from terminal.lifecycle import LoadPlanState
from terminal.moments import utc
from terminal.readiness import Blocker, Situation, Step
from terminal.readiness.blockers import of_holds
from terminal.readiness.permissions import of_permissions
from terminal.trainload import faults


def what_keeps(train: TrainVisit, at: datetime) -> list[Obstacle]:
    """Everything between the train and its departure at ``at``, with owner and remedy; empty when it may leave.

    ``depart_train`` refuses exactly when this answers anything. Some fifteen queries, however long the train.
    """
    return obstacles(train_situation(train, at))


def train_situation(train: TrainVisit, at: datetime) -> TrainSituation:
    """How things stand with a train that is to leave."""
    on_it = _on_it(train)
    judged = is_judged(train)
    return TrainSituation(
        number=train.call.number,
        brought=tuple(_spot(each) for each in loads_to_discharge(train)),
        not_loaded=tuple(_not_loaded(train, {each.visit_id for each in on_it})),
        aboard=tuple(_aboard(on_it, at)),
        faults=tuple(_faults(train, on_it, at)) if judged else (),
        of_a_service=judged,
        consist_sent_at=train.consist_sent_at,
        last_loaded_at=max((each.done_at for each in on_it if each.done_at), default=None),
        brakes_tested_at=train.brakes_tested_at,
    )


def is_judged(train: TrainVisit) -> bool:
    """Whether the train goes by a service's rules. One that another system reported was never told here as a whole."""
    return train.service_id is not None and train.call.source is None


def _on_it(train: TrainVisit) -> list[WagonLoad]:
    loads = WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.DEPARTING)
    rows = loads.select_related("visit__container", "visit__terminal", "visit__arrival_call", "wagon")
    return list(rows.order_by("wagon__sequence", "place"))


def _not_loaded(train: TrainVisit, aboard: set[int]) -> Iterable[OnWagon]:
    plan = plan_of(train, LoadPlanState.APPROVED)
    loads = planned_loads(plan) if plan else []
    return (OnWagon(each.visit.container.number, each.wagon.number) for each in loads if each.visit_id not in aboard)


def _aboard(loads: list[WagonLoad], at: datetime) -> Iterable[Aboard]:
    stand = situations([each.visit for each in loads], at)
    for each in loads:
        visit = each.visit
        yield Aboard(
            _spot(each),
            stops=tuple(_stops(stand[visit.pk], at)),
            unweighed=is_unweighed(visit),
            set_out=each.wagon.set_out_at is not None,
        )


def _stops(situation: Situation, at: datetime) -> Iterable[Blocker]:
    """Holds and missing permissions. What was placed after the train left does not keep it."""
    holds = (each for each in of_holds(situation, Step.LOAD) if each.since is None or utc(each.since) <= utc(at))
    return [*holds, *of_permissions(situation, Step.LOAD, at)]


def is_unweighed(visit: Visit) -> bool:
    """Whether nobody knows what a box that may be laden weighs."""
    return visit.laden is not False and visit.gross_kg is None


def _faults(train: TrainVisit, loads: list[WagonLoad], at: datetime) -> list[Refused]:
    in_it = [each for each in loads if each.wagon.set_out_at is None]
    boxes = {box.key: box for box in as_candidates(train, [each.visit for each in in_it], at).values()}
    return faults([train_to_load(train, at_departure=True)], boxes, placed(train, in_it))


def _spot(load: WagonLoad) -> OnWagon:
    return OnWagon(load.visit.container.number, load.wagon.number)
