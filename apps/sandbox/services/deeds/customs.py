"""Declarations: handed in, looked at, asked about, decided, by the sandbox's own officer."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from apps.containers import services as containers
from apps.customs import services as customs
from apps.customs.models import Declaration, Inspection, Office
from apps.sandbox.services.scene import Scene
from terminal.customs.goods import GoodsLine
from terminal.customs.inspecting import InspectionResult
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.readiness import Owner
from terminal.readiness.facts import AnswerState
from terminal.regimes import Direction, Regime

WHY: Final = "as the script has it"
PAPERS: Final = GoodsLine(
    hs_code="847130",
    goods="portable computers",
    origin="CN",
    packages=120,
    gross_kg=Decimal(14_000),
    value_minor=88_000_000,
    currency="CNY",
)


def _of(scene: Scene) -> Declaration:
    return scene.known("declaration", Declaration)


def declare(scene: Scene) -> None:
    visit = scene.visit()
    declaration = customs.draft(
        terminal=scene.terminal,
        visits=[visit],
        regime=Regime(visit.regime),
        direction=Direction(visit.direction),
        declarant=scene.party,
        lines=[PAPERS],
        by=scene.by,
        at=scene.at,
    )
    if scene.said("submit", True):
        customs.submit(declaration, by=scene.by, at=scene.at)
    scene.keep("declaration", declaration)


def guarantee(scene: Scene) -> None:
    """What is admitted for a time needs one."""
    customs.put_up_guarantee(
        terminal=scene.terminal,
        party=scene.party,
        reference=f"GU-{scene.stage.day}",
        amount_minor=100_000_000,
        currency=scene.terminal.currency,
        valid_from=scene.at.date(),
        by=scene.by,
        at=scene.at,
    )


def submit(scene: Scene) -> None:
    customs.submit(_of(scene), by=scene.by, at=scene.at)


def withdraw(scene: Scene) -> None:
    customs.withdraw(_of(scene), by=scene.by, at=scene.at, reason="The goods were sold to another buyer")


def register(scene: Scene) -> None:
    customs.register(_of(scene), by=scene.officer, at=scene.at)


def channel(scene: Scene) -> None:
    """Into a channel, registered where it is not; the green one releases, for so many ``hours`` where that is said."""
    declaration, hours = _of(scene), scene.said("hours")
    until = scene.at + timedelta(hours=hours) if hours else None
    if declaration.status == DeclarationStatus.SUBMITTED:
        customs.register(declaration, by=scene.officer, at=scene.at)
    customs.assign_channel(
        declaration, Channel(scene.said("channel")), reason=WHY, valid_until=until, by=scene.officer, at=scene.at
    )


def other_channel(scene: Scene) -> None:
    customs.change_channel(_of(scene), Channel(scene.said("channel")), reason=WHY, by=scene.officer, at=scene.at)


def ask(scene: Scene) -> None:
    customs.query(_of(scene), by=scene.officer, at=scene.at, question=scene.said("question"))


def answer(scene: Scene) -> None:
    """The question is answered, unless a program was quicker."""
    declaration = _of(scene)
    if declaration.status == DeclarationStatus.QUERY:
        customs.answer(declaration, by=scene.program, at=scene.at, reply=scene.said("reply"))


def refer(scene: Scene) -> None:
    customs.refer(_of(scene), agency=scene.said("agency"), by=scene.officer, at=scene.at)


def look_on(scene: Scene) -> None:
    customs.move(_of(scene), DeclarationStatus.DOCUMENTARY_CHECK, by=scene.officer, at=scene.at)


def assess(scene: Scene) -> None:
    customs.assess(_of(scene), by=scene.officer, at=scene.at)


def pay_duty(scene: Scene) -> None:
    customs.pay(_of(scene), by=scene.officer, at=scene.at)


def release(scene: Scene) -> None:
    customs.release(_of(scene), by=scene.officer, at=scene.at)


def clear(scene: Scene) -> None:
    """Assessed, paid and released."""
    declaration = _of(scene)
    for step in (customs.assess, customs.pay, customs.release):
        step(declaration, by=scene.officer, at=scene.at)


def reject(scene: Scene) -> None:
    customs.reject(_of(scene), by=scene.officer, at=scene.at, reason=scene.said("reason"))


def take_back(scene: Scene) -> None:
    customs.revoke_release(_of(scene), by=scene.officer, at=scene.at, reason=scene.said("reason"))


def _look(scene: Scene) -> Inspection:
    return Inspection.objects.select_related("office__terminal", "visit__container").get(declaration=_of(scene))


def present(scene: Scene) -> None:
    customs.present(_look(scene), by=scene.officer, at=scene.at)


def inspect(scene: Scene) -> None:
    customs.begin(_look(scene), by=scene.officer, at=scene.at)


def inspected(scene: Scene) -> None:
    customs.finish(_look(scene), InspectionResult.AS_DECLARED, by=scene.officer, at=scene.at)


def close_office(scene: Scene) -> None:
    Office.objects.filter(terminal=scene.terminal, code=scene.cue.about).update(active=False)


def open_office(scene: Scene) -> None:
    Office.objects.filter(terminal=scene.terminal, code=scene.cue.about).update(active=True)


def unreadable(scene: Scene) -> None:
    reference = _of(scene).number
    containers.note_answer(owner=Owner.CUSTOMS, reference=reference, state=AnswerState.UNREADABLE, at=scene.at)
