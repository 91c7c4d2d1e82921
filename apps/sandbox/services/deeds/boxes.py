"""Boxes: advised, come, noted, held, permitted, and what was wrong put right."""

from datetime import timedelta
from decimal import Decimal

from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Hold, Visit
from apps.containers.selectors import latest_movement
from apps.containers.services.describing import Papers, describe
from apps.sandbox.script import BOXES
from apps.sandbox.script.boxes import misread as misread_number
from apps.sandbox.services.scene import Scene
from apps.yard import services as yard
from terminal.damages import Harm, Severity, Side
from terminal.lifecycle import Position, VisitState
from terminal.readiness import Owner, Step
from terminal.readiness.facts import HoldKind
from terminal.reefers import Reading
from terminal.regimes import Direction, Goods, Regime
from terminal.seals import SealOwner
from terminal.weights import Weighing


def advice(scene: Scene, name: str, *, by_call: Call | None = None, on_call: Call | None = None) -> containers.Advice:
    """Word of a box of the cast."""
    box = BOXES[name]
    return containers.Advice(
        terminal=scene.terminal,
        number=box.number(scene.stage.day),
        size_type=box.size_type,
        laden=box.laden,
        goods=Goods(box.goods),
        gross_kg=box.gross_kg,
        destination=box.destination,
        regime=Regime(box.regime),
        direction=Direction(box.direction),
        arrival_call=by_call,
        departure_call=on_call,
        roles=[(scene.party, "shipper"), (scene.party, "consignee")],
        references=[("own", f"SANDBOX-{name}")],
    )


def advise(scene: Scene) -> None:
    call = scene.known("call", Call, scene.said("leaves_by")) if scene.said("leaves_by") else None
    scene.keep("box", containers.advise([advice(scene, scene.cue.about, on_call=call)], by=scene.by, at=scene.at)[0])


def give_up(scene: Scene) -> None:
    containers.cancel_visit(scene.visit(), by=scene.by, at=scene.at, reason="The goods are sent another way")


def gate_in(scene: Scene) -> None:
    _come(scene, scene.visit(), Position.IN_YARD)


def to_the_dock(scene: Scene) -> None:
    _come(scene, scene.visit(), Position.IN_WAREHOUSE)


def _come(scene: Scene, visit: Visit, position: Position) -> None:
    containers.arrive_visits([containers.Arrived(visit, position)], by=scene.by, at=scene.at)
    if position is Position.IN_YARD:
        yard.ground([visit], by=scene.by, at=scene.at)


def plan(scene: Scene) -> None:
    call = scene.known("call", Call, scene.said("leaves_by"))
    describe([Papers(visit=scene.visit(), departure_call=call)], by=scene.by, at=scene.at)


def hold(scene: Scene) -> None:
    step = Step(scene.said("step")) if scene.said("step") else None
    new = containers.NewHold(
        visit=scene.visit(),
        owner=Owner(scene.said("owner")),
        reason=scene.said("reason"),
        step=step,
        reference=f"SB-{scene.cue.about}",
        kind=HoldKind(scene.said("kind", "hold")),
    )
    containers.place_holds([new], by=scene.by, at=scene.at)


def lift(scene: Scene) -> None:
    holds = Hold.objects.filter(visit=scene.visit(), owner=scene.said("owner"), lifted_at=None)
    for each in holds.order_by("pk"):
        by = scene.officer if each.owner == Owner.CUSTOMS else scene.by
        containers.lift_hold(each, by=by, at=scene.at)


def hold_all(scene: Scene) -> None:
    call = scene.known("call", Call)
    new = containers.NewHold(call=call, owner=Owner.CARRIER, reason=scene.said("reason"), reference="SB-ALL")
    scene.keep("hold", containers.place_holds([new], by=scene.by, at=scene.at)[0])


def lift_all(scene: Scene) -> None:
    containers.lift_hold(scene.known("hold", Hold), by=scene.by, at=scene.at)


def allow(scene: Scene) -> None:
    """``in_hours``: in force from then on; ``hours``: and for so long."""
    since = scene.at + timedelta(hours=scene.said("in_hours", 0))
    containers.grant_permissions(
        [scene.visit()],
        owner=Owner.CUSTOMS,
        steps=[Step(step) for step in scene.said("steps")],
        reference=f"SB-{scene.cue.about}-{scene.cue.minute}",
        by=scene.officer,
        at=since,
    )


def seal(scene: Scene) -> None:
    new = containers.NewSeal(visit=scene.visit(), number=scene.said("number"), owner=SealOwner(scene.said("owner")))
    containers.note([new], by=scene.by, at=scene.at)


def weigh(scene: Scene) -> None:
    how = Weighing.VGM_METHOD_1 if scene.said("verified") else Weighing.WEIGHBRIDGE
    by_whom = scene.party.name if scene.said("verified") else ""
    new = containers.NewWeight(visit=scene.visit(), gross_kg=scene.said("kg"), how=how, verified_by=by_whom)
    containers.note([new], by=scene.by, at=scene.at)


def damage(scene: Scene) -> None:
    new = containers.NewDamage(
        visit=scene.visit(), side=Side.CORNERS, harm=Harm.CRACK, severity=Severity.UNSAFE, remark="Corner post"
    )
    containers.note([new], by=scene.by, at=scene.at)


def hazard(scene: Scene) -> None:
    said = scene.cue.said
    new = containers.NewHazard(visit=scene.visit(), un_number=said["un_number"], imdg_class=said["imdg_class"])
    containers.note([new], by=scene.by, at=scene.at)


def temperature(scene: Scene) -> None:
    new = containers.NewTemperature(
        visit=scene.visit(), celsius=Decimal(scene.said("celsius")), reading=Reading(scene.said("reading"))
    )
    containers.note([new], by=scene.by, at=scene.at)


def misread(scene: Scene) -> None:
    """A box comes under a number nobody advised."""
    wrong = advice(scene, scene.cue.about)
    told = {name: getattr(wrong, name) for name in ("terminal", "size_type", "laden", "regime", "direction", "roles")}
    new = containers.Advice(number=misread_number(scene.stage.day), unannounced=True, **told)
    (visit,) = containers.advise([new], by=scene.by, at=scene.at)
    scene.keep("box", visit, "misread-here")
    _come(scene, visit, Position.IN_YARD)


def put_right(scene: Scene) -> None:
    containers.join_number(
        scene.visit("misread-here"),
        scene.number(),
        reason="One digit was misread",
        by=scene.by,
        at=scene.at,
        party=scene.party,
    )


def retract(scene: Scene) -> None:
    """Its latest movement, and those before it, until it has not come."""
    while scene.visit().state == VisitState.ACTIVE and (moved := latest_movement(scene.visit())) is not None:
        containers.retract(moved.public_id, reason="Another box was meant", by=scene.by, at=scene.at)
