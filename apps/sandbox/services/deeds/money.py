"""Storage charged, invoiced, paid, credited, disputed."""

from apps.billing import services as billing
from apps.billing.models import Dispute, Invoice
from apps.sandbox.services.scene import Scene
from terminal.throughput import site_day


def charge(scene: Scene) -> None:
    """Storage through the day that lies so many days (``through``) from the sandbox's."""
    until = site_day(scene.day(scene.said("through")), scene.terminal.zone)
    billing.open_accounts(scene.terminal, at=scene.at)
    billing.charge_visit(scene.visit(), by=scene.by, at=scene.at, until=until)


def invoice(scene: Scene) -> None:
    rows = billing.invoice(terminal=scene.terminal, party=scene.party, by=scene.by, at=scene.at)
    scene.keep("invoice", rows[0])


def _of(scene: Scene) -> Invoice:
    return scene.known("invoice", Invoice)


def pay(scene: Scene) -> None:
    _pay(scene, _of(scene).open_minor)


def pay_part(scene: Scene) -> None:
    _pay(scene, _of(scene).open_minor // 2)


def _pay(scene: Scene, amount: int) -> None:
    row = _of(scene)
    billing.pay(
        terminal=scene.terminal,
        party=scene.party,
        amount_minor=amount,
        currency=row.currency,
        received_on=site_day(scene.at, scene.terminal.zone),
        reference=f"sandbox {row.number} {scene.cue.minute}",
        shares=[billing.Share(row)],
        by=scene.by,
        at=scene.at,
    )


def credit(scene: Scene) -> None:
    billing.credit_all(_of(scene), reason="Charged by mistake", by=scene.by, at=scene.at)


def object_to(scene: Scene) -> None:
    line = _of(scene).lines.get()
    scene.keep("dispute", billing.dispute(line, reason="The box had gone", by=scene.by, at=scene.at))


def refuse_objection(scene: Scene) -> None:
    dispute = scene.known("dispute", Dispute)
    billing.reject(dispute, answer="It stands here still", by=scene.by, at=scene.at)


def uphold(scene: Scene) -> None:
    dispute = scene.known("dispute", Dispute)
    billing.uphold(dispute, net_minor=None, answer="So it is", by=scene.by, at=scene.at)
