"""What goes wrong with webhooks, by the clock on the wall: they go by that."""

from datetime import timedelta
from typing import Final

from apps.sandbox.services.scene import Scene
from apps.webhooks import services as webhooks
from apps.webhooks.models import Delivery

OUTAGE: Final = timedelta(minutes=3)


def send_twice(scene: Scene) -> None:
    webhooks.send_twice(scene.terminal, scene.visit().container_id, by=scene.by, at=scene.wall)


def forge(scene: Scene) -> None:
    webhooks.send_to_be_refused(scene.terminal, Delivery.Reason.FORGED, at=scene.wall)


def forge_again(scene: Scene) -> None:
    webhooks.send_to_be_refused(scene.terminal, Delivery.Reason.STALE, at=scene.wall)


def go_silent(scene: Scene) -> None:
    webhooks.fall_silent(scene.terminal, scene.wall + OUTAGE)
