"""What the worker does for other terminals every minute, and the end of the day."""

from apps.billing import services as billing
from apps.customs import services as customs
from apps.gate import services as gate
from apps.sandbox.services.scene import Scene
from apps.sandbox.services.sweeping import sweep
from apps.trains import services as trains
from apps.warehouse import services as warehouse


def rounds(scene: Scene) -> None:
    """By the clock of the sandbox. See ``Terminal.objects.looked_after``."""
    for each in (
        warehouse.expire_bookings,
        warehouse.note_no_shows,
        warehouse.note_dock_no_shows,
        warehouse.serve_waiting_list,
        gate.note_no_shows,
        trains.release_slots,
        trains.serve_waiting_lists,
        customs.bring_to_inspection,
    ):
        each(at=scene.at, terminal=scene.terminal)
    billing.open_accounts(scene.terminal, at=scene.at)


def say(scene: Scene) -> None:
    """Nothing is done; what can be seen comes by itself."""


def evening(scene: Scene) -> None:
    sweep(scene.terminal, by=scene.by, at=scene.at)
