"""How many places a train has, and for whom."""

from collections.abc import Iterable
from typing import Final

from apps.trains.models import ServiceQuota, TrainQuota, TrainService, TrainVisit

TEU_A_WAGON: Final = 2

WHOLE_TRAIN: Final = ""
"""Stands for every destination, where a service divides nothing."""


def open_quotas(*trains: TrainVisit) -> None:
    """Give trains that take boxes the places of their services; those that have some keep them. Safe to run again."""
    taking = [train for train in trains if train.service and train.service.runs != TrainService.Runs.ARRIVING]
    quotas: dict[int | None, list[ServiceQuota]] = {}
    for each in ServiceQuota.objects.filter(service__in={train.service_id for train in taking}):
        quotas.setdefault(each.service_id, []).append(each)
    rows = (row for train in taking for row in _rows(train, quotas.get(train.service_id, ())))
    TrainQuota.objects.bulk_create(rows, ignore_conflicts=True)


def _rows(train: TrainVisit, quotas: Iterable[ServiceQuota]) -> list[TrainQuota]:
    assert train.service is not None
    divided = [TrainQuota(train=train, destination=each.destination, teu=each.teu) for each in quotas]
    return divided or [TrainQuota(train=train, destination=WHOLE_TRAIN, teu=TEU_A_WAGON * train.service.wagons)]
